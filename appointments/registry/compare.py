"""Compares one line of a nominal list with one person of the registry. Pure: reads no database, plans nothing."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

from access.folding import folded
from appointments.models import Detainee
from appointments.registry.nominal_list import NominalRow


def same_person(row: NominalRow, person: Detainee) -> bool:
    """Whether name, first name and, where both are known, date of birth agree."""
    names = folded(row.last_name) == folded(person.last_name) and folded(row.first_name) == folded(person.first_name)
    return names and (row.birth_date is None or person.birth_date is None or row.birth_date == person.birth_date)


def is_somebody_else(row: NominalRow, person: Detainee) -> bool:
    """Whether both the name and the date of birth differ: then it is not a correction but another person.

    Without a date of birth to compare, a correction leaves the family name or the first name as it was.
    """
    other_last = folded(row.last_name) != folded(person.last_name)
    other_first = folded(row.first_name) != folded(person.first_name)
    if row.birth_date is not None and person.birth_date is not None:
        return row.birth_date != person.birth_date and (other_last or other_first)
    return other_last and other_first


def changed_fields(row: NominalRow, person: Detainee) -> dict[str, Any]:
    """Return the new values that differ; a blank in the file changes nothing."""
    wanted = {**identity(row, person), "arrived_on": row.arrived_on or person.arrived_on}
    wanted["cell"] = row.cell or person.cell
    changed = {name: value for name, value in wanted.items() if getattr(person, name) != value}
    if row.building and (person.building is None or person.building.name != row.building):
        changed["building"] = row.building
    return changed


def identity(row: NominalRow, person: Detainee) -> dict[str, Any]:
    return {
        "last_name": better_written(person.last_name, row.last_name),
        "first_name": better_written(person.first_name, row.first_name),
        "birth_date": row.birth_date or person.birth_date,
    }


def better_written(known: str, listed: str) -> str:
    """Return the writing of a name to keep.

    Prison software prints capitals, often without accents or hyphens: that is no correction of "Lévêque-Roy".
    """
    if folded(known) != folded(listed):
        return listed
    return listed if accents(listed) > accents(known) else known


def accents(name: str) -> int:
    return sum(1 for character in unicodedata.normalize("NFKD", name) if unicodedata.combining(character))


def words_for(changed: dict[str, Any], person: Detainee) -> str:
    """Name what is corrected beside the place, with what it was and becomes."""
    fields = {field.name: field for field in Detainee._meta.concrete_fields}
    corrected = sorted(changed.keys() - {"building", "cell"})
    return ", ".join(
        f"{fields[name].verbose_name} {written(getattr(person, name))} → {written(changed[name])}" for name in corrected
    )


def written(value: Any) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value or "—")


def place(building: str, cell: str) -> str:
    return " · ".join(part for part in (building, cell) if part)
