"""Turns a file of accounts, as a spreadsheet saves it, into numbered lines of named cells. Knows no account."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.folding import folded
from access.spreadsheet import FORMULA_STARTS, is_unseen

# Each is a line of the access log, of which a minute takes 6,000.
MOST_LINES = 5_000
MOST_BYTES = 5 * 1024 * 1024
MOST_COLUMNS = 60
# A forgotten quotation mark makes one cell of everybody down to the next one.
MOST_LINES_IN_A_CELL = 10
DELIMITERS = (";", ",", "\t")
# A PDF, a workbook, an old Excel file, a web page: what is chosen by mistake.
FOREIGN = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"<", b"{\\rtf")


class UnreadableFile(Exception):
    """The file cannot be read as a whole; the message says why and what to do."""


class AccountColumn(StrEnum):
    USERNAME = auto()
    LAST_NAME = auto()
    FIRST_NAME = auto()
    EMAIL = auto()
    ROLE = auto()
    ESTABLISHMENT = auto()
    SCOPE = auto()
    VALID_FROM = auto()
    VALID_UNTIL = auto()
    SAME_AS = auto()
    ADMINISTERS = auto()


LABELS: dict[AccountColumn, Any] = {
    AccountColumn.USERNAME: gettext_lazy("user name"),
    AccountColumn.LAST_NAME: gettext_lazy("last name"),
    AccountColumn.FIRST_NAME: gettext_lazy("first name"),
    AccountColumn.EMAIL: gettext_lazy("e-mail address"),
    AccountColumn.ROLE: gettext_lazy("role"),
    AccountColumn.ESTABLISHMENT: gettext_lazy("establishment"),
    AccountColumn.SCOPE: gettext_lazy("scope"),
    AccountColumn.VALID_FROM: gettext_lazy("from"),
    AccountColumn.VALID_UNTIL: gettext_lazy("until"),
    AccountColumn.SAME_AS: gettext_lazy("same as"),
    AccountColumn.ADMINISTERS: gettext_lazy("whose accounts"),
}
# Without accents and capitals, in either language.
HEADINGS: dict[AccountColumn, tuple[str, ...]] = {
    AccountColumn.USERNAME: ("identifiant", "nom d utilisateur", "user name", "username", "login"),
    AccountColumn.LAST_NAME: ("nom", "nom complet", "last name", "surname", "name", "full name"),
    AccountColumn.FIRST_NAME: ("prenom", "first name", "given name"),
    AccountColumn.EMAIL: ("courriel", "adresse e mail", "adresse electronique", "e mail address", "e mail", "email"),
    AccountColumn.ROLE: ("profil", "role"),
    AccountColumn.ESTABLISHMENT: ("etablissement", "establishment"),
    AccountColumn.SCOPE: ("perimetre", "portee", "scope", "agendas", "batiments"),
    AccountColumn.VALID_FROM: ("du", "premier jour", "from", "first day"),
    AccountColumn.VALID_UNTIL: ("au", "dernier jour", "until", "last day"),
    AccountColumn.SAME_AS: ("pareil que", "memes droits que", "same as", "same rights as"),
    AccountColumn.ADMINISTERS: ("comptes de quel cote", "administre", "whose accounts", "administers"),
}
BY_HEADING = {heading: column for column, headings in HEADINGS.items() for heading in headings}


@dataclass(frozen=True)
class Row:
    line: int
    cells: dict[AccountColumn, str]

    def cell(self, column: AccountColumn) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Table:
    rows: list[Row]
    columns: frozenset[AccountColumn]
    not_read: list[str]


def label(column: AccountColumn) -> str:
    return str(LABELS[column])


def decoded(data: bytes) -> str:
    """Return the text of a file, as Excel and LibreOffice save it: UTF-8, or Windows-1252. Raises UnreadableFile."""
    if len(data) > MOST_BYTES:
        raise UnreadableFile(_("This file is larger than 5 MB. Split it into several."))
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(FOREIGN) or b"\x00" in data:
        raise UnreadableFile(_("This file is not a CSV file: open it in your spreadsheet and save it as CSV."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            return data.decode("cp1252")
        except UnicodeDecodeError as error:
            sentence = _("A letter on line %(line)s cannot be read: save the file as “CSV UTF-8”.")
            raise UnreadableFile(sentence % {"line": data[: error.start].count(b"\n") + 1}) from error


def read(text: str) -> Table:
    """Return the lines of a file of accounts below its header. Raises UnreadableFile."""
    text = text.lstrip("\ufeff")
    delimiter = max(DELIMITERS, key=lambda sign: len(known_in(first_cells(text, sign))))
    records = list(filled_records(text, delimiter))
    if not records:
        raise UnreadableFile(_("The file is empty. Download the template, and fill one line for each role."))
    _line, heads = records.pop(0)
    positions = positions_of(heads)
    if not records:
        raise UnreadableFile(_("The file has a header and no line below it."))
    if len(records) > MOST_LINES:
        sentence = _("The file has more than %(n)s lines. Split it into several.")
        raise UnreadableFile(sentence % {"n": MOST_LINES})
    rows = [
        Row(line, {column: plain(cells[at]) for column, at in positions.items() if at < len(cells)})
        for line, cells in records
    ]
    not_read = [head.strip()[:40] for head in heads if head.strip() and folded(head) not in BY_HEADING]
    return Table(rows, frozenset(positions), not_read[:MOST_COLUMNS])


def known_in(cells: list[str]) -> set[AccountColumn]:
    return {BY_HEADING[folded(cell)] for cell in cells[:MOST_COLUMNS] if folded(cell) in BY_HEADING}


def first_cells(text: str, delimiter: str) -> list[str]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    try:
        return next(csv.reader([first], delimiter=delimiter), [])
    except csv.Error:
        return []


def filled_records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record that is not blank, with the number of its first line. Raises UnreadableFile."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableFile(never_closed(line)) from error
        if reader.line_num - line >= MOST_LINES_IN_A_CELL:
            raise UnreadableFile(never_closed(line))
        if any(cell.strip() for cell in cells):
            yield line, cells


def never_closed(line: int) -> str:
    sentence = _("A quotation mark on line %(line)s is misplaced or never closed. Correct it, or save the file again.")
    return sentence % {"line": line}


def positions_of(heads: list[str]) -> dict[AccountColumn, int]:
    """Return in which place each column stands. Raises UnreadableFile when one is missing or stands twice."""
    positions: dict[AccountColumn, int] = {}
    for at, head in enumerate(heads[:MOST_COLUMNS]):
        column = BY_HEADING.get(folded(head))
        if column is None:
            continue
        if column in positions:
            sentence = _("Two columns say the same (%(column)s). Keep one of them.")
            raise UnreadableFile(sentence % {"column": label(column)})
        positions[column] = at
    needed = [AccountColumn.USERNAME, AccountColumn.LAST_NAME]
    if AccountColumn.SAME_AS not in positions:
        needed.append(AccountColumn.ROLE)
    missing = [label(column) for column in needed if column not in positions]
    if missing:
        sentence = _("The first line lacks these columns: %(columns)s. Download the template and keep its first line.")
        raise UnreadableFile(sentence % {"columns": ", ".join(missing)})
    return positions


def plain(cell: str) -> str:
    """Return a cell as somebody typed it: our own export puts an apostrophe before what a spreadsheet would run."""
    cell = cell.strip()
    if cell.startswith("'") and (cell[1:].startswith(FORMULA_STARTS) or is_unseen(cell[1:2])):
        cell = cell[1:]
    return " ".join(cell.split())
