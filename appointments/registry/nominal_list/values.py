"""Reads one cell of a nominal list into a checked value; must not know other cells, lines or the file."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from django.utils.translation import gettext as _

from appointments.arithmetic.name_keys import visible
from appointments.registry.nominal_list.columns import NominalColumn, label

MAX_REGISTER_NUMBER_LENGTH = 20
MAX_NAME_LENGTH = 100
MAX_BUILDING_LENGTH = 40
MAX_CELL_LENGTH = 30
MAX_YEARS = 120
MAX_SHOWN = 40
# Two-digit years: nobody is detained before thirteen, and no list looks further ahead than twenty years.
YOUNGEST_AGE = 13
FURTHEST_YEARS_AHEAD = 20

# A spreadsheet runs a cell that begins so, in our own exports too. No name or cell does; cutting the sign off
# would change an identity in silence, so the line is refused.
_FORMULA_STARTS = ("=", "+", "-", "@")
_NAME_MARKS = frozenset(" -‐‑‒–—−'’‘`´ʼʹ′.,·()/")
_PLACE_MARKS = _NAME_MARKS | frozenset("_+°:&#")
_QUOTED_BY_EXCEL = re.compile(r'="([^"]*)"')
_REGISTER_NUMBER = re.compile(r"(?=.*[0-9])[A-Za-z0-9./-]+")
_SCIENTIFIC = re.compile(r"[0-9]+(?:[.,][0-9]+)?E\+[0-9]+|[0-9]+[.,][0-9]+E[0-9]+", re.IGNORECASE)
_DECIMAL = re.compile(r"[0-9]+[.,]0{1,2}")
_MONTHS = "janv|févr|fév|mars|avr|mai|juin|juil|août|sept|oct|nov|déc|jan|feb|mar|apr|may|jun|jul|aug|sep|dec"
_DATE_BY_EXCEL = re.compile(
    rf"[0-9]{{1,2}}[/-][0-9]{{1,2}}[/-][0-9]{{4}}|[0-9]{{1,2}}-(?:{_MONTHS})\.?|(?:{_MONTHS})\.?-[0-9]{{2}}",
    re.IGNORECASE,
)
_TIME = (
    r"(?:[T ][0-9]{1,2}[:hH][0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?"
    r"(?:Z| ?[AaPp][Mm]|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_DAY_FIRST = re.compile(rf"([0-9]{{1,2}})([/.-])([0-9]{{1,2}})\2([0-9]{{4}}|[0-9]{{2}}){_TIME}")
_YEAR_FIRST = re.compile(rf"([0-9]{{4}})([/.-])([0-9]{{1,2}})\2([0-9]{{1,2}}){_TIME}")
_NO_DATE = frozenset({"", "-", "--", "–", "—"})
# A birth of which no more than the year is known, or nothing: 00/00/1990, XX/XX/1985, --/--/1979, 1990-00-00, 1992,
# vers 1985, 1985 (présumé), inconnue, 0000-00-00.
_BIRTH_YEAR = re.compile(
    r"(?:(?:00?|[xX?_-]{1,2})([/.-])(?:[0-9]{1,2}|[xX?_-]{1,2})\1|(?:vers|env(?:iron|\.)?|circa|ca\.?|en|[?]+) ?)?"
    r"(?P<year>[0-9]{4})"
    r"(?:([/.-])(?:00?|[xX?_-]{1,2})\3(?:00?|[xX?_-]{1,2})| ?\(?(?:pr[ée]sum[ée]e?|estim[ée]e?|[?]+)\)?)?",
    re.IGNORECASE,
)
_UNKNOWN_BIRTH = re.compile(
    r"[?]+|n\.?[cr]\.?|n/[cra]|s\.?d\.?|inconnue?|non connue?|non renseign[ée]e?|sans date|ind[ée]termin[ée]e?|unknown"
    r"|(?:00?|[xX?]{1,2})([/.-])(?:00?|[xX?]{1,2})\1(?:0000|[xX?]{2,4})|0000([/.-])00?\2 ?00?",
    re.IGNORECASE,
)
_FULL_NAME = re.compile(r"(?P<last>[^,]+),(?P<first>[^,]+)")


def clean(cell: str) -> str:
    """Return a cell with single spaces (for no-break ones and line ends too) and out of Excel's ="…".

    Without the characters that nobody sees: two names that look alike must not be two people.
    """
    text = " ".join(visible(cell).split())
    wrapped = _QUOTED_BY_EXCEL.fullmatch(text)
    return wrapped[1].strip() if wrapped else text


def read_register_number(cell: str) -> str:
    """Return the prison register number as text: zeros kept, letters in capitals. Raises UnusableValue.

    A number that a spreadsheet has rewritten is refused: guessing it back would be another person's number.
    """
    column = NominalColumn.REGISTER_NUMBER
    text = _without_apostrophe(clean(cell))
    _refuse_blank(text, column)
    if _DECIMAL.fullmatch(text):
        raise UnusableValue(_altered(text, column))
    _refuse_altered(text, column)
    _refuse_long(text, MAX_REGISTER_NUMBER_LENGTH, column)
    if not _REGISTER_NUMBER.fullmatch(text):
        sentence = _("%(column)s: “%(value)s” is not a register number (digits, letters, hyphen, slash, dot).")
        raise UnusableValue(sentence % {"column": _title(column), "value": shown(text)})
    return text.upper()


def read_name(cell: str, *, column: NominalColumn) -> str:
    """Return a last or first name as written, accents, hyphens and apostrophes kept. Raises UnusableValue."""
    text = unicodedata.normalize("NFC", clean(cell))
    _refuse_blank(text, column)
    _refuse_marks(text, _NAME_MARKS, column)
    _refuse_long(text, MAX_NAME_LENGTH, column)
    if not any(character.isalpha() for character in text):
        sentence = _("%(column)s: “%(value)s” holds no letter.")
        raise UnusableValue(sentence % {"column": _title(column), "value": shown(text)})
    return text


def read_place(cell: str, *, column: NominalColumn) -> str:
    """Return a building or a cell in the site's own writing, or nothing when blank. Raises UnusableValue."""
    text = unicodedata.normalize("NFC", _without_apostrophe(clean(cell)))
    if not text:
        return ""
    _refuse_altered(text, column)
    _refuse_marks(text, _PLACE_MARKS, column)
    _refuse_long(text, MAX_BUILDING_LENGTH if column is NominalColumn.BUILDING else MAX_CELL_LENGTH, column)
    return text


def read_date(cell: str, *, column: NominalColumn, today: date) -> date | None:
    """Return the day (a time of day after it is dropped), or None when blank. Raises UnusableValue."""
    text = _without_apostrophe(clean(cell))
    if text in _NO_DATE:
        return None
    year, month, day = _parts(text, column=column, today=today)
    try:
        found = date(year, month, day)
    except ValueError as error:
        sentence = _("%(column)s: the day “%(value)s” does not exist; write day/month/year.")
        raise UnusableValue(sentence % {"column": _title(column), "value": shown(text)}) from error
    _refuse_far(found, text, column=column, today=today)
    return found


def read_birth(cell: str, *, today: date) -> tuple[date | None, int | None]:
    """Return the day of birth, or the year where the list knows no more, or neither. Raises UnusableValue."""
    column = NominalColumn.BIRTH_DATE
    text = _without_apostrophe(clean(cell))
    if _UNKNOWN_BIRTH.fullmatch(text):
        return None, None
    found = _BIRTH_YEAR.fullmatch(text)
    if found is None or found["year"] == "0000":
        return read_date(cell, column=column, today=today), None
    year = int(found["year"])
    _refuse_far(date(year, 1, 1), text, column=column, today=today)
    return None, year


def is_month_first(cell: str) -> bool:
    """Whether the day only exists when its first number is the month: 12/31/1980."""
    numbers = _two_numbers(cell)
    return numbers is not None and numbers[0] in range(1, 13) and numbers[1] in range(13, 32)


def reads_two_ways(cell: str) -> bool:
    """Whether day and month could change places: 03/04/1985 could, 17/05/1990 and 04/04/1985 could not."""
    numbers = _two_numbers(cell)
    return numbers is not None and max(numbers) <= 12 and numbers[0] != numbers[1]


def _two_numbers(cell: str) -> tuple[int, int] | None:
    found = _DAY_FIRST.fullmatch(_without_apostrophe(clean(cell)))
    return (int(found[1]), int(found[3])) if found else None


def two_ways(cell: str, column: NominalColumn) -> str:
    sentence = _("%(column)s: “%(value)s” could be read in two ways, since another line has the month first; left out.")
    return sentence % {"column": _title(column), "value": shown(clean(cell))}


def split_name(cell: str) -> tuple[str, str]:
    """Return last and first name of "ARVELAT Bruno", "LE GOFF, Yann" or "ARVELAT BRUNO". Raises UnusableValue.

    The capitals say where the name ends. Of three words in capitals nobody can tell, and guessing would name somebody
    else.
    """
    text = unicodedata.normalize("NFC", clean(cell))
    if found := _FULL_NAME.fullmatch(text):
        return found["last"].strip(), found["first"].strip()
    words = text.split()
    capitals = next((at for at, word in enumerate(words) if word != word.upper()), len(words))
    if 0 < capitals < len(words):
        return " ".join(words[:capitals]), " ".join(words[capitals:])
    if len(words) == 2:
        return words[0], words[1]
    if not text:
        raise UnusableValue(missing(NominalColumn.FULL_NAME))
    sentence = _("%(column)s: “%(value)s” does not say where the name ends; write a comma after it.")
    raise UnusableValue(sentence % {"column": _title(NominalColumn.FULL_NAME), "value": shown(text)})


def building_of(placement: str) -> str:
    """Return the building of "A-2-214", "MAH1/3D/18" or "B2G 112"; nothing of a single part."""
    parts = re.split(r"[-/ ]", placement, maxsplit=1)
    return parts[0] if len(parts) > 1 else ""


def shown(text: str, *, longest: int = MAX_SHOWN) -> str:
    """Return a value fit for a sentence: short, without characters that would disturb the page."""
    safe = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
    return safe if len(safe) <= longest else safe[: longest - 1] + "…"


def missing(column: NominalColumn) -> str:
    return _("%(column)s: missing.") % {"column": _title(column)}


def _parts(text: str, *, column: NominalColumn, today: date) -> tuple[int, int, int]:
    if found := _YEAR_FIRST.fullmatch(text):
        return int(found[1]), int(found[3]), int(found[4])
    if found := _DAY_FIRST.fullmatch(text):
        year = int(found[4])
        if len(found[4]) == 2:
            year = _full_year(year, column=column, today=today)
        return year, int(found[3]), int(found[1])
    sentence = _("%(column)s: “%(value)s” is not a date; write day/month/year, for example 31/12/1980.")
    raise UnusableValue(sentence % {"column": _title(column), "value": shown(text)})


def _full_year(two_digits: int, *, column: NominalColumn, today: date) -> int:
    last = today.year - YOUNGEST_AGE if column is NominalColumn.BIRTH_DATE else today.year + FURTHEST_YEARS_AHEAD
    return last - (last - two_digits) % 100


def _refuse_far(found: date, text: str, *, column: NominalColumn, today: date) -> None:
    day = (found.month, found.day)
    if column is NominalColumn.BIRTH_DATE and found > today:
        sentence = _("%(column)s: “%(value)s” is in the future.")
    elif (found.year + MAX_YEARS, *day) < (today.year, today.month, today.day):
        sentence = _("%(column)s: “%(value)s” is more than %(years)d years ago.")
    elif (found.year - MAX_YEARS, *day) > (today.year, today.month, today.day):
        sentence = _("%(column)s: “%(value)s” is more than %(years)d years ahead.")
    else:
        return
    raise UnusableValue(sentence % {"column": _title(column), "value": shown(text), "years": MAX_YEARS})


def _refuse_blank(text: str, column: NominalColumn) -> None:
    if not text:
        raise UnusableValue(missing(column))


def _refuse_altered(text: str, column: NominalColumn) -> None:
    if _SCIENTIFIC.fullmatch(text) or _DATE_BY_EXCEL.fullmatch(text):
        raise UnusableValue(_altered(text, column))


def _refuse_long(text: str, longest: int, column: NominalColumn) -> None:
    if len(text) > longest:
        sentence = _("%(column)s: longer than %(longest)d characters.")
        raise UnusableValue(sentence % {"column": _title(column), "longest": longest})


def _refuse_marks(text: str, marks: frozenset[str], column: NominalColumn) -> None:
    if text.startswith(_FORMULA_STARTS):
        sentence = _("%(column)s: “%(value)s” begins like a spreadsheet formula; write the text alone.")
        raise UnusableValue(sentence % {"column": _title(column), "value": shown(text)})
    for character in text:
        if character not in marks and unicodedata.category(character)[0] not in "LMN":
            sentence = _(
                "%(column)s: “%(value)s” holds the character “%(character)s”, which is not expected there; "
                "save the file again as “CSV UTF-8” if accents are damaged."
            )
            values = {"column": _title(column), "value": shown(text), "character": shown(character)}
            raise UnusableValue(sentence % values)


def _altered(text: str, column: NominalColumn) -> str:
    sentence = _(
        "%(column)s: the spreadsheet has turned it into “%(value)s”, so the true value is lost; "
        "format the column as text and type it again."
    )
    return sentence % {"column": _title(column), "value": shown(text)}


def _title(column: NominalColumn) -> str:
    name = label(column)
    return name[:1].upper() + name[1:]


def _without_apostrophe(text: str) -> str:
    # What a spreadsheet user types to say "this is text" sometimes survives the export.
    return text[1:].strip() if text.startswith(("'", "’")) else text


class UnusableValue(ValueError):
    """A cell's text cannot be used; its text is a sentence for the person who chose the file."""
