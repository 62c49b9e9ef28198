"""Finds which column of a nominal list holds what, from the words of its header; must not read people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from access.folding import folded
from appointments.arithmetic.name_keys import visible
from appointments.registry.nominal_list import text as files

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_LINES_ABOVE_HEADER = 9
# A title, a date or the names of groups of columns may stand above the header; more filled cells than this, with a
# digit among them, would be a person.
MAX_CELLS_IN_A_TITLE = 2
MAX_HEADING_LENGTH = 60
# Far more than any list has; a line of a million separators must not keep the server busy.
MAX_COLUMNS = 200


class NominalColumn(StrEnum):
    """What CareHub keeps of the list: nothing else may enter, least of all the offence or the sentence."""

    REGISTER_NUMBER = auto()
    LAST_NAME = auto()
    FIRST_NAME = auto()
    FULL_NAME = auto()  # "ARVELAT Bruno": both in one column
    FORMER_NUMBER = auto()
    BIRTH_DATE = auto()
    BUILDING = auto()
    CELL = auto()
    PLACEMENT = auto()  # "A-2-214": building and cell in one column
    ARRIVED_ON = auto()
    RELEASED_ON = auto()
    LEAVES_ON = auto()  # the day on which somebody is expected to leave, whether or not they do


# Fewer words that are headings might be somebody's name.
FEWEST_HEADINGS = 3


@dataclass(frozen=True, slots=True)
class Layout:
    positions: dict[NominalColumn, int]
    width: int
    ignored: list[str]
    header: tuple[str, ...]

    def cell(self, cells: Sequence[str], column: NominalColumn) -> str:
        """Return the text of a column in a record; empty when the column or the line's end is missing."""
        position = self.positions.get(column)
        return cells[position] if position is not None and position < len(cells) else ""

    @property
    def tells_leaving(self) -> bool:
        """Whether the list has a column of days on which people leave."""
        return bool({NominalColumn.RELEASED_ON, NominalColumn.LEAVES_ON} & self.positions.keys())

    def is_repeated_by(self, cells: Sequence[str]) -> bool:
        """Tell whether a record is the header again, as at the top of each printed page, perhaps in other words."""
        same_width = len(cells) == len(self.header)
        if same_width and all(fold(cell) == heading for cell, heading in zip(cells, self.header, strict=True)):
            return True
        filled = {column: fold(text) for column in self.positions if (text := self.cell(cells, column)).strip()}
        known = all(_BY_HEADING.get(words, ("",))[0] is column for column, words in filled.items())
        return known and len(filled) >= FEWEST_HEADINGS


_JOINING_WORDS = frozenset(
    {"a", "au", "d", "de", "des", "du", "e", "et", "l", "la", "le", "les", "of", "on", "s", "the"}
)
_SAME_WORD = {
    **dict.fromkeys(("numero", "num", "no", "nr", "number"), "n"),
    **dict.fromkeys(("bat", "batiments"), "batiment"),
    **dict.fromkeys(("cell", "cel", "cellules"), "cellule"),
    **dict.fromkeys(("prenoms", "pren"), "prenom"),
    **dict.fromkeys(("dat", "dte", "dt"), "date"),
    **dict.fromkeys(("naiss", "nais", "naissances"), "naissance"),
    **dict.fromkeys(("precedent", "ancienne", "anterieur", "initial", "origine"), "ancien"),
    **dict.fromkeys(("noms",), "nom"),
}
# Headings after fold(). Each text is one rank, best first: in a list with "Bâtiment" and "Aile" the first is
# the building; two headings of one rank are a doubt, and the file is refused.
_HEADINGS: dict[NominalColumn, tuple[str, ...]] = {
    NominalColumn.REGISTER_NUMBER: (
        "n ecrou | ecrou | ecrou n | n ecrou actuel | ecrou actuel | ecrou n actuel | matricule | n matricule",
        "register n | register | prison n | prison register n",
    ),
    # The name by which the house calls the person comes before the one by which only papers do.
    NominalColumn.LAST_NAME: (
        "nom | last name | lastname | surname | family name",
        "nom famille | nom naissance | nom patronymique | birth name",
        "nom usuel | nom usage | nom marital | nom epouse | usual name",
    ),
    NominalColumn.FIRST_NAME: (
        "prenom | first name | firstname | first names | given name | given names | forename",
        "prenom usuel | prenom usage | premier prenom | 1er prenom",
    ),
    NominalColumn.FULL_NAME: (
        "nom prenom | identite | full name | name | nom prenom personne detenue | personne detenue",
    ),
    NominalColumn.FORMER_NUMBER: (
        "ancien n ecrou | n ecrou ancien | ancien ecrou | ecrou ancien | ancien n | former register n | former n",
    ),
    NominalColumn.BIRTH_DATE: (
        "date naissance | naissance | ne | nee | ne nee | ddn"
        " | date birth | birth date | birthdate | birthday | born | dob",
    ),
    NominalColumn.BUILDING: ("batiment | building | batiment quartier", "quartier | block", "aile | wing"),
    NominalColumn.CELL: ("cellule | n cellule | cellule n | cellule actuelle",),
    NominalColumn.PLACEMENT: (
        "affectation | batiment cellule | affectation cellule | localisation | location | placement",
    ),
    NominalColumn.ARRIVED_ON: (
        "date arrivee | arrivee | arrive | date arrivee etablissement"
        " | date arrival | arrival date | arrival | arrived",
        "date entree | entree | entre | entry date | date entry | entry",
        "date ecrou | date mise sous ecrou | ecroue",
    ),
    NominalColumn.RELEASED_ON: (
        "date sortie | sortie | sorti | date release | release date | release | released",
        "date levee ecrou | levee ecrou",
        "date liberation | liberation | libere",
    ),
    NominalColumn.LEAVES_ON: (
        "date previsionnelle sortie | date sortie previsionnelle | sortie previsionnelle | date sortie prevue"
        " | date prevue sortie | sortie prevue | expected release | expected release date | planned release date",
        "date previsionnelle liberation | date liberation previsionnelle | liberation previsionnelle"
        " | date liberation prevue | date prevue liberation | liberation prevue | liberable",
        "date fin peine | fin peine | fin peine previsionnelle | date previsionnelle fin peine | date fin peine prevue",
        "fin detention | date fin detention | date fin detention prevue | end sentence",
    ),
}
_BY_HEADING = {
    heading: (column, rank)
    for column, ranks in _HEADINGS.items()
    for rank, headings in enumerate(ranks)
    for heading in headings.split(" | ")
}


def fold(heading: str) -> str:
    """Return a heading without capitals, accents, marks and joining words: "N° d'Écrou" gives "n ecrou"."""
    words = re.findall(r"[a-z0-9]+", folded(visible(heading)))
    return " ".join(_SAME_WORD.get(word, word) for word in words if word not in _JOINING_WORDS)


def plain(text: str) -> str:
    """Return the words, numbers and rules of a line, without capitals, accents and other marks."""
    return " ".join(re.findall(r"[a-z0-9/*=_.]+", folded(visible(text))))


def find_delimiter(text: str) -> str:
    """Return the delimiter under which a header can be read. Raises UnreadableList when none can."""
    announced = files.announced_delimiter(text)
    candidates = (announced,) if announced else files.DELIMITERS
    scores = {delimiter: max(map(_recognised, _top(text, delimiter)), default=0) for delimiter in candidates}
    best = max(scores, key=lambda delimiter: scores[delimiter])
    if scores[best] == 0:
        raise files.UnreadableList(_no_header())
    return best


def find_header(text: str, *, delimiter: str) -> tuple[int, Layout]:
    """Return the line number of the header and where each column stands. Raises UnreadableList."""
    wanted = max(map(_recognised, _top(text, delimiter)), default=0)
    for line, cells in files.records(text, delimiter=delimiter):
        if _recognised(cells) == wanted:
            return line, _layout(cells[:MAX_COLUMNS])
        if _looks_like_a_person(cells):
            raise files.UnreadableList(_no_header())
    raise files.UnreadableList(_no_header())


def label(column: NominalColumn) -> str:
    """Return the name of a column in the reader's language, in lower case."""
    labels = {
        NominalColumn.REGISTER_NUMBER: pgettext("column of the nominal list", "register number"),
        NominalColumn.LAST_NAME: pgettext("column of the nominal list", "last name"),
        NominalColumn.FIRST_NAME: pgettext("column of the nominal list", "first name"),
        NominalColumn.FULL_NAME: pgettext("column of the nominal list", "name and first name"),
        NominalColumn.FORMER_NUMBER: pgettext("column of the nominal list", "former register number"),
        NominalColumn.BIRTH_DATE: pgettext("column of the nominal list", "date of birth"),
        NominalColumn.BUILDING: pgettext("column of the nominal list", "building"),
        NominalColumn.CELL: pgettext("column of the nominal list", "cell"),
        NominalColumn.PLACEMENT: pgettext("column of the nominal list", "building and cell"),
        NominalColumn.ARRIVED_ON: pgettext("column of the nominal list", "date of arrival"),
        NominalColumn.RELEASED_ON: pgettext("column of the nominal list", "date of release"),
        NominalColumn.LEAVES_ON: pgettext("column of the nominal list", "expected date of release"),
    }
    return labels[column]


def _top(text: str, delimiter: str) -> list[list[str]]:
    return files.first_records(text, delimiter=delimiter, count=MAX_LINES_ABOVE_HEADER + 1)


def _looks_like_a_person(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return len(filled) > MAX_CELLS_IN_A_TITLE and any(character.isdigit() for cell in filled for character in cell)


def _recognised(cells: Sequence[str]) -> int:
    headings = map(fold, cells[:MAX_COLUMNS])
    return len({_BY_HEADING[heading][0] for heading in headings if heading in _BY_HEADING})


def _layout(cells: list[str]) -> Layout:
    positions = _positions(cells)
    if NominalColumn.BUILDING in positions and NominalColumn.CELL in positions:
        positions.pop(NominalColumn.PLACEMENT, None)
    if NominalColumn.LAST_NAME in positions and NominalColumn.FIRST_NAME in positions:
        positions.pop(NominalColumn.FULL_NAME, None)
    _refuse_missing(positions)
    kept = set(positions.values())
    filled = [position for position, cell in enumerate(cells) if cell.strip()]
    ignored = [" ".join(cells[at].split())[:MAX_HEADING_LENGTH] for at in filled if at not in kept]
    return Layout(positions, width=filled[-1] + 1, ignored=ignored, header=tuple(map(fold, cells)))


def _positions(cells: list[str]) -> dict[NominalColumn, int]:
    taken: dict[NominalColumn, tuple[int, int]] = {}
    for position, cell in enumerate(cells):
        column, rank = _BY_HEADING.get(fold(cell), (None, 0))
        if column is None:
            continue
        best_rank, best_position = taken.get(column, (rank + 1, -1))
        if rank == best_rank:
            raise files.UnreadableList(_twice(column, cells[best_position], cell))
        if rank < best_rank:
            taken[column] = (rank, position)
    return {column: position for column, (_rank, position) in taken.items()}


def _refuse_missing(positions: dict[NominalColumn, int]) -> None:
    required = [NominalColumn.REGISTER_NUMBER]
    if NominalColumn.FULL_NAME not in positions:
        required += [NominalColumn.LAST_NAME, NominalColumn.FIRST_NAME]
    if NominalColumn.PLACEMENT not in positions:
        required += [NominalColumn.BUILDING, NominalColumn.CELL]
    missing = [label(column) for column in required if column not in positions]
    if missing:
        sentence = _("The header line lacks these columns: %(columns)s. Add them and choose the file again.")
        raise files.UnreadableList(sentence % {"columns": ", ".join(missing)})


def _twice(column: NominalColumn, first: str, second: str) -> str:
    sentence = _("Two columns say the same (%(column)s): “%(first)s” and “%(second)s”. Keep one of them.")
    return sentence % {
        "column": label(column),
        "first": " ".join(first.split())[:MAX_HEADING_LENGTH],
        "second": " ".join(second.split())[:MAX_HEADING_LENGTH],
    }


def _no_header() -> str:
    return _(
        "No header line was found. The first line must name the columns (register number, last name, "
        "first name, building, cell…), separated by semicolons, commas or tabs."
    )
