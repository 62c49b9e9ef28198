"""Tables for a spreadsheet: the one place that writes an export as CSV, so that none lets a cell run as a formula."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import formats

# A spreadsheet would run a cell that begins with one of these, also in their wide East Asian form.
FORMULA_STARTS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@dataclass(frozen=True)
class Figures:
    """A number that is a name, as a register number is: a spreadsheet must not take its zeros away."""

    written: str


def as_csv(rows: Iterable[Iterable[object]]) -> bytes:
    """Return the rows as CSV: semicolons and a byte order mark, which is what a French spreadsheet opens at once."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([cell(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def cell(value: object) -> str:
    """Return a number as the reader's spreadsheet writes it, a day as it is, and anything else as text."""
    if isinstance(value, Figures):
        return as_figures(value.written)
    if isinstance(value, float | Decimal):
        return str(formats.localize(value, use_l10n=True))
    return str(value) if isinstance(value, int | date) else as_text(str(value))


def as_figures(value: str) -> str:
    """Return a formula that is nothing but those figures as text; of anything but figures, the text itself.

    A spreadsheet reads 005131 as five thousand and some, quoted or not, and twenty figures as a power of ten.
    """
    return f'="{value}"' if value.isascii() and value.isdecimal() else as_text(value)


def as_text(value: str) -> str:
    """Return `value` so that a spreadsheet shows it instead of running it.

    A sign behind spaces or behind characters that nobody sees counts too: some spreadsheets drop these first.
    """
    seen = value.lstrip("".join(filter(is_unseen, value)))
    return f"'{value}" if seen.startswith(FORMULA_STARTS) or is_unseen(value[:1]) else value


def is_unseen(character: str) -> bool:
    """Whether it is a space, a control character or a mark without width; False for an empty text."""
    return character != "" and unicodedata.category(character)[0] in "CZ"
