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
    from collections.abc import Collection, Iterable, Sequence

    from appointments.registry.nominal_list.columns import Layout

# A footer says when, how many or which page; a word alone might be somebody's name.
MAX_CELLS_IN_A_FOOTER = 2
_COUNTS = r"(?:sous |grand )?tota(?:l|ux)|effectif|nombre|nb(?:re?)?|soit|dont|denombrement"
_MADE = r"edite|edition|imprime|impression|genere|extrait|extraction|arrete|page|document|source|liste|genesis|date"
_FOOTER = re.compile(
    rf"(?:{_COUNTS}|{_MADE})\b.*[0-9].*"
    r"|[0-9]+ ?/ ?[0-9]+|[0-9]{1,4}|[0-9]+ (?:personnes?|detenus?|lignes?|ecroues?)\b.*"
    r"|(?:le )?[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}(?: (?:a )?[0-9]{1,2} ?h? ?[0-9]{2}.*)?"
    r"|fin (?:de |du |d )?(?:la |l )?(?:liste|document|edition|impression|extraction|fichier).*"
    r"|(?:document )?(?:strictement )?confidentiel.*|diffusion (?:restreinte|limitee|interdite).*"
    r"|(?:signature|visa)\b.*|(?:le|la) (?:surveillante?|chef|cheffe|directeur|directrice)\b.*"
    r"|"
)
# Drawn around a footer or a title: *** Fin de liste ***.
_DRAWN = "*=_. "
# The total of all; one of a building, or of some of the people, says nothing of how many the list names.
_COUNT = re.compile(
    r"(?:(?:grand )?tota(?:l|ux)|effectif|nombre|nb(?:re?)?|soit|denombrement)\b(?P<of>[^0-9]*)(?P<all>[0-9]+)[^0-9]*"
    r"|(?P<people>[0-9]+) (?:personnes?|detenus?|ecroues?)[^0-9]*"
)
_PART = re.compile(r"\b(?:batiment|bat|quartier|aile|etage|secteur|division|unite|coursive|dont)\b")
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
    found = list(records)
    buildings = _buildings_of((cells for _number, cells in found if is_told(cells, layout, delimiter)), layout)
    for number, cells in found:
        text = "" if files.is_swallowed(cells, delimiter=delimiter) else _names_nobody(cells, layout, buildings)
        if text:
            aside.append((number, text))
        else:
            people.append((number, cells))
    return aside, people


def is_told(cells: Sequence[str], layout: Layout, delimiter: str) -> bool:
    """Whether it can be told what of a line stands in which column; else it says nothing of any other line, either."""
    return not files.is_swallowed(cells, delimiter=delimiter) and not any(
        cell.strip() for cell in cells[layout.width :]
    )


def announced_total(texts: Iterable[str]) -> int | None:
    """Return how many people the list says that it names; None when it does not say so, or says several numbers."""
    counts = [number for text in texts if (number := _COUNT.fullmatch(plain(text).strip(_DRAWN)))]
    found = {int(number["all"] or number["people"]) for number in counts if not _PART.search(number["of"] or "")}
    return found.pop() if len(found) == 1 else None


def _buildings_of(records: Iterable[Sequence[str]], layout: Layout) -> frozenset[str]:
    """Return the buildings that lines of people name: alone in a line, such a word is the title of a group."""
    number = NominalColumn.REGISTER_NUMBER
    named = (layout.cell(cells, NominalColumn.BUILDING) for cells in records if layout.cell(cells, number).strip())
    return frozenset(plain(text) for text in named) - {""}


def _names_nobody(cells: Sequence[str], layout: Layout, buildings: Collection[str]) -> str:
    """Return the text of a line that names nobody, nothing of any other line."""
    if any(cell.strip() for cell in cells[layout.width :]):
        return ""
    filled = [(column, text) for column in layout.positions if (text := values.clean(layout.cell(cells, column)))]
    filled.sort(key=lambda one: layout.positions[one[0]])
    if not filled or len(filled) > MAX_CELLS_IN_A_FOOTER:
        return ""
    text = " ".join(text for _column, text in filled)
    alone, in_name, words = len(filled) == 1, filled[0][0] in _NAMES, plain(text).strip(_DRAWN)
    if _FOOTER.fullmatch(words) and (alone or not in_name) and not _is_a_number_and_more(filled):
        return text
    is_title = _GROUP.fullmatch(words) or words in buildings
    return text if alone and not in_name and is_title else ""


def _is_a_number_and_more(filled: Sequence[tuple[NominalColumn, str]]) -> bool:
    """Whether a register number stands there: then it is somebody's line, however little else it says."""
    first = dict(filled).get(NominalColumn.REGISTER_NUMBER, "")
    try:
        values.read_register_number(first)
    except values.UnusableValue:
        return False
    return bool(re.fullmatch(r"[0-9]{2,}", first))
