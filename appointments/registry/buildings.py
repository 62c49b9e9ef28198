"""Recognises the establishment's buildings however a list writes them; asks where the writing leaves a doubt. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from access.folding import folded
from appointments.arithmetic.name_keys import letters
from appointments.registry.nominal_list import NominalRow
from appointments.registry.sameness import BuildingQuestion

__all__ = ["BuildingQuestion", "with_known_buildings"]

# "Bâtiment A", "Bât. A", "Bat A" and "A" may be one building; "Quartier A" is what it says.
_WORD = re.compile(r"(?:batiments?|bat\.?|bldg\.?|building)[ .:]+(?=.)")


def with_known_buildings(
    rows: Iterable[NominalRow], known: Iterable[str], *, new: frozenset[str] = frozenset()
) -> tuple[list[NominalRow], list[BuildingQuestion]]:
    """Return the rows with each building as the establishment writes it, and what must be asked.

    "bat. a" is no new building beside "Bât A". "Bâtiment A" beside "A" is asked: the same building unless somebody
    says that it is one of the `new` ones.
    """
    names = list(known)
    exact, spelling = set(names), {letters(name): name for name in reversed(names)}
    asked: dict[str, BuildingQuestion] = {}
    found = []
    for row in rows:
        name = row.building if row.building in exact else spelling.get(letters(row.building), "")
        if not name:
            likely = _likely(row.building, names)
            if likely:
                asked[row.building] = BuildingQuestion(row.building, likely, is_new=row.building in new)
            name = row.building if not likely or row.building in new else likely
            if name == row.building:
                spelling[letters(name)] = name
        found.append(row if name == row.building else replace(row, building=name))
    return found, sorted(asked.values(), key=lambda one: one.listed)


def _likely(listed: str, known: Sequence[str]) -> str:
    """Return the one known building that `listed` names but for the word "bâtiment"; nothing when two could."""
    if not listed:
        return ""
    same = [name for name in known if _bare(name) == _bare(listed)]
    return same[0] if len(same) == 1 else ""


def _bare(name: str) -> str:
    return letters(_WORD.sub("", folded(name), count=1))
