"""Compares one line of a nominal list with one person of the registry. Pure: reads no database, plans nothing."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

from appointments.arithmetic.name_keys import letters
from appointments.models import Detainee
from appointments.models.enums.person import Evidence
from appointments.registry.nominal_list import NominalRow
from appointments.registry.sameness import births, names


def same_person(row: NominalRow, person: Detainee) -> bool:
    """Whether name, first name and, where both are known, date or year of birth agree."""
    return names(row, person) == Evidence.NAME and births(row, person) != Evidence.BIRTH_DIFFERS


def is_somebody_else(row: NominalRow, person: Detainee) -> bool:
    """Whether the line is not a correction but another person: both names differ, or one and the date of birth."""
    if names(row, person) == Evidence.NAMES_SWAPPED:
        return births(row, person) == Evidence.BIRTH_DIFFERS
    other_last = letters(row.last_name) != letters(person.last_name)
    other_first = letters(row.first_name) != letters(person.first_name)
    if births(row, person) == Evidence.BIRTH_DIFFERS:
        return other_last or other_first
    return other_last and other_first


def changed_fields(row: NominalRow, person: Detainee) -> dict[str, Any]:
    """Return the new values that differ; a blank in the file changes nothing."""
    wanted = {**identity(row, person), "arrived_on": row.arrived_on or person.arrived_on}
    wanted["cell"] = row.cell or person.cell
    changed = {name: value for name, value in wanted.items() if getattr(person, name) != value}
    if row.building and (person.building is None or person.building.name != row.building):
        changed["building"] = row.building
    if row.tells_leaving and person.leaves_on != row.leaves_on:
        changed["leaves_on"] = row.leaves_on
    if person.is_provisional:
        changed["provisional_since"] = None
    return changed


def identity(row: NominalRow, person: Detainee) -> dict[str, Any]:
    born = row.birth_date or person.birth_date
    return {
        "last_name": better_written(person.last_name, row.last_name),
        "first_name": better_written(person.first_name, row.first_name),
        "birth_date": born,
        "birth_year": None if born else row.birth_year or person.birth_year,
    }


def better_written(known: str, listed: str) -> str:
    """Return the writing of a name to keep.

    Prison software prints capitals, often without accents or hyphens, and with apostrophes of its own: that is no
    correction of "Lévêque-Roy", "Łukowicz" or "D’Almeyrac".
    """
    if letters(known) != letters(listed):
        return listed
    return listed if accents(listed) > accents(known) else known


def accents(name: str) -> int:
    """Return how many letters of `name` only a careful hand writes: é, ł, ı, œ."""
    return sum(
        1
        for c in unicodedata.normalize("NFC", name)
        if c.isalpha() and not c.isascii() and unicodedata.category(c) != "Lm"
    )


def words_for(changed: dict[str, Any], person: Detainee) -> str:
    """Name what is corrected beside the place, with what it was and becomes."""
    fields = {field.name: field for field in Detainee._meta.concrete_fields}
    corrected = sorted(changed.keys() - {"building", "cell", "register_number", "provisional_since", "leaves_on"})
    return ", ".join(
        f"{fields[name].verbose_name} {written(getattr(person, name))} → {written(changed[name])}" for name in corrected
    )


def written(value: Any) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value or "—")


def place(building: str, cell: str) -> str:
    return " · ".join(part for part in (building, cell) if part)
