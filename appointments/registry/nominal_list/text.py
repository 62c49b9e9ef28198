"""Turns the bytes of a nominal list into numbered records of cells; must not know what a column means."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from appointments.registry.nominal_list.code_pages import best_code_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_BYTES = 5 * 1024 * 1024
MAX_LINES = 20_000
# A forgotten quotation mark makes one value of everybody down to the next mark: those people would be lost.
MAX_LINES_IN_A_RECORD = 10

DELIMITERS = (";", ",", "\t")

# What arrives instead of a CSV file: PDF, ZIP (xlsx, ods, docx), old Excel and Word, gzip, 7-Zip, RAR, RTF,
# pictures, and the web or XML pages that some software names ".xls".
_FOREIGN_SIGNATURES = tuple(
    b"%PDF PK\x03\x04 PK\x05\x06 \xd0\xcf\x11\xe0 \x1f\x8b 7z\xbc\xaf Rar! {\\rtf".split()
    + b"\x89PNG \xff\xd8\xff GIF8 <?xml <html <HTML <!DOCTYPE <!doctype <table <TABLE".split()
)
_BYTE_LINE_END = re.compile(rb"\r\n|\r|\n")
_TEXT_LINE_END = re.compile(r"\r\n|\r|\n")
# An accented letter written in UTF-8 reads "Ã©" or "Â°" in Windows-1252: no French text holds those pairs.
_UTF8_LETTER = re.compile(rb"[\xc2\xc3][\x80-\xbf]")
_SEPARATOR_LINE = re.compile(r'\A"?sep=(?P<delimiter>[^"\r\n])?', re.IGNORECASE)
# Spreadsheets pad a sheet with empty rows and DOS tools with Ctrl-Z: they are no lines of the list.
_PADDING = "\r\n\t ;,\x1a\ufeff"


def decode(data: bytes) -> tuple[str, str]:
    """Return the file's text without its byte order mark, and the name of its encoding.

    UTF-8 is tried first: nothing else reads so by accident. Raises UnreadableList.
    """
    _refuse_size_and_kind(data)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text, encoding = _decode_utf16(data), "UTF-16"
    else:
        text, encoding = _decode_bytes(data)
    text = text.lstrip("\ufeff").rstrip(_PADDING)
    if not text.strip():
        raise UnreadableList(_("The file is empty: choose the nominal list exported by the prison."))
    if "\x00" in text:
        raise UnreadableList(_not_a_csv_file())
    if len(_TEXT_LINE_END.findall(text)) >= MAX_LINES:
        sentence = _("The file has more than %(count)d lines: import one establishment at a time.")
        raise UnreadableList(sentence % {"count": MAX_LINES})
    return text, encoding


def announced_delimiter(text: str) -> str | None:
    """Return the delimiter of Excel's first line "sep=;", None without such a line. Raises UnreadableList."""
    found = _SEPARATOR_LINE.match(text)
    if found is None:
        return None
    if found["delimiter"] not in DELIMITERS:
        raise UnreadableList(_("The first line announces an unknown separator: use a semicolon, a comma or a tab."))
    return found["delimiter"]


def line_ends(cell: str) -> int:
    """Return over how many line ends a quoted cell reaches."""
    return len(_TEXT_LINE_END.findall(cell))


def is_swallowed(cells: Sequence[str], *, delimiter: str) -> bool:
    """Whether one value reaches over a line's end and holds separators: a quotation mark was never closed before it.

    The lines below went into that value, people and all; what stands in which column is anybody's guess.
    """
    for cell in cells:  # noqa: SIM110 asked of each line twice: a generator for each would take longer than the answer
        if delimiter in cell and _TEXT_LINE_END.search(cell):
            return True
    return False


def first_records(text: str, *, delimiter: str, count: int) -> list[list[str]]:
    """Return at most `count` records from the top, leniently: to guess a delimiter, not to read people."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    found: list[list[str]] = []
    try:
        for cells in reader:
            found.append(cells)
            if len(found) == count:
                break
    except csv.Error:
        return found
    return found


def records(text: str, *, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record that is not blank with the number of its first line. Raises UnreadableList."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True)
    announced = announced_delimiter(text) is not None
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableList(_quotation_marks(line)) from error
        if reader.line_num - line >= MAX_LINES_IN_A_RECORD:
            raise UnreadableList(_quotation_marks(line))
        if any(cell.strip() for cell in cells) and not (announced and line == 1):
            yield line, cells


def _refuse_size_and_kind(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        sentence = _("The file is larger than %(megabytes)d MB: import one establishment at a time.")
        raise UnreadableList(sentence % {"megabytes": MAX_BYTES // (1024 * 1024)})
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_FOREIGN_SIGNATURES):
        raise UnreadableList(_not_a_csv_file())


def _decode_utf16(data: bytes) -> str:
    try:
        return data.decode("utf-16")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-16", errors="ignore")
        line = len(_TEXT_LINE_END.findall(before)) + 1
        raise UnreadableList(_undecodable(line)) from error


def _decode_bytes(data: bytes) -> tuple[str, str]:
    if b"\x00" in data:
        raise UnreadableList(_not_a_csv_file())
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError as error:
        if data.startswith(b"\xef\xbb\xbf") or _UTF8_LETTER.search(data):
            raise UnreadableList(_undecodable(_line_at(data, error.start))) from error
        start = error.start
    found = best_code_page(data)
    if found is None:
        raise UnreadableList(_undecodable(_line_at(data, _first_strange(data, start))))
    return found


def _first_strange(data: bytes, first: int) -> int:
    """Return where Windows-1252 cannot read the file, else where its first letter beyond ASCII stands."""
    try:
        data.decode("cp1252")
    except UnicodeDecodeError as error:
        return error.start
    return first


def _line_at(data: bytes, position: int) -> int:
    return len(_BYTE_LINE_END.findall(data[:position])) + 1


def _not_a_csv_file() -> str:
    return _("This file is not a CSV file: open it in your spreadsheet and save it as CSV.")


def _undecodable(line: int) -> str:
    sentence = _(
        "Line %(line)d holds a letter that cannot be read: "
        "open the file in your spreadsheet and save it again as “CSV UTF-8”."
    )
    return sentence % {"line": line}


def _quotation_marks(line: int) -> str:
    sentence = _(
        "Line %(line)d has a quotation mark that is misplaced or never closed: "
        "correct it, or save the file again as CSV from your spreadsheet."
    )
    return sentence % {"line": line}


class UnreadableList(Exception):
    """The file as a whole cannot be used; its text is a sentence for the person who chose the file."""
