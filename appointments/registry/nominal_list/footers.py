"""Tells the lines of a list that name nobody: footers, totals, the titles of groups; must not read people.

Only what stands in a used column counts: a stored list, whose other columns are blank, must read the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from appointments.registry.nominal_list import text as files
from appointments.registry.nominal_list import values
from appointments.registry.nominal_list.columns import NominalColumn, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from appointments.registry.nominal_list.columns import Layout

# A footer says when, how many or which page; a word alone might be somebody's name.
MAX_CELLS_IN_A_FOOTER = 2
_COUNTS = r"(?:sous |grand )?tota(?:l|ux)|effectif|nombre|soit|denombrement"
_FOOTER = re.compile(
    rf"(?:{_COUNTS}|edite|edition|imprime|impression|genere|extrait|extraction|arrete|page|document|source)\b.*[0-9].*"
    r"|[0-9]+ ?/ ?[0-9]+|[0-9]+ (?:personnes?|detenus?|lignes?|ecroues?)\b.*"
    r"|[*=_. ]*fin (?:de |du )?(?:la )?(?:liste|document|edition|fichier).*"
    r"|[*=_. ]{3,}"
)
_COUNT = re.compile(rf"(?:{_COUNTS})\b[^0-9]*([0-9]+)[^0-9]*|([0-9]+) (?:personnes?|detenus?|ecroues?)[^0-9]*")
_GROUP = re.compile(
    r"(?:batiment|bat|quartier|aile|etage|secteur|division|unite|coursive|maison d arret|centre de detention"
    r"|quartier maison d arret|building|wing)\b.{0,40}|(?:rez de chaussee|[0-9]{1,2} ?(?:er|e|eme|nd) etage)"
)
_NAMES = (NominalColumn.LAST_NAME, NominalColumn.FIRST_NAME, NominalColumn.FULL_NAME)


def apart(
    records: Iterable[tuple[int, list[str]]], *, layout: Layout, delimiter: str
) -> tuple[list[tuple[int, str]], list[tuple[int, list[str]]]]:
    """Return the lines that name nobody, each with its text, and all others as they are."""
    aside, people = [], []
    for number, cells in records:
        text = "" if files.is_swallowed(cells, delimiter=delimiter) else _names_nobody(cells, layout)
        if text:
            aside.append((number, text))
        else:
            people.append((number, cells))
    return aside, people


def announced_total(texts: Iterable[str]) -> int | None:
    """Return how many people the list says that it names; None when it does not say so, or says several numbers."""
    found = {int(number[1] or number[2]) for text in texts if (number := _COUNT.fullmatch(plain(text)))}
    return found.pop() if len(found) == 1 else None


def _names_nobody(cells: Sequence[str], layout: Layout) -> str:
    """Return the text of a line that names nobody, nothing of any other line."""
    if any(cell.strip() for cell in cells[layout.width :]):
        return ""
    filled = [(column, text) for column in layout.positions if (text := values.clean(layout.cell(cells, column)))]
    filled.sort(key=lambda one: layout.positions[one[0]])
    if not filled or len(filled) > MAX_CELLS_IN_A_FOOTER:
        return ""
    text = " ".join(text for _column, text in filled)
    alone, in_name = len(filled) == 1, filled[0][0] in _NAMES
    if _FOOTER.fullmatch(plain(text)) and (alone or not in_name) and not _is_a_number_and_more(filled):
        return text
    return text if alone and not in_name and _GROUP.fullmatch(plain(text)) else ""


def _is_a_number_and_more(filled: Sequence[tuple[NominalColumn, str]]) -> bool:
    """Whether a register number stands there: then it is somebody's line, however little else it says."""
    first = dict(filled).get(NominalColumn.REGISTER_NUMBER, "")
    try:
        values.read_register_number(first)
    except values.UnusableValue:
        return False
    return bool(re.fullmatch(r"[0-9]{2,}", first))
