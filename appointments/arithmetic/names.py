"""What a search for a person looks through, and what was typed, read: name, number, cell, day of birth. Pure text.

Letters fall together here further than elsewhere (`access.folding`): whoever searches for Łukowicz has no Ł.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from access.folding import folded

LONGEST = 600
# Stands between what is compared whole: no name, number or cell holds it once it was made searchable.
WHOLE = "|"
_LETTERS = str.maketrans(
    {"ı": "i", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "TH"}
    | dict.fromkeys('ʼʹ′`´‘‛‒–—−_/\\,;:()[]|"«»°º', " ")
)
_TITLE = re.compile(
    r"^\s*(?:m\.|(?:m|mr|mme|mlle|monsieur|madame|mademoiselle)\b\.?(?!['’\-]))\s*(?=\S)", re.IGNORECASE
)
# What people write before a number or a cell.
_BEFORE_NUMBER = re.compile(
    r"\b(?:(?:n\s*[°ºo]\s*\.?|num[ée]ro|num\.)\s*(?:d['’]?\s*)?(?:[ée]crou)?|[ée]crou\s*(?:n\s*[°ºo])?)\s*:?\s*(?=\d)",
    re.IGNORECASE,
)
_BEFORE_CELL = re.compile(r"\bcell(?:ule|\.)?\s*:?\s*(?=\w*[-\d])", re.IGNORECASE)
_BORN = re.compile(r"\bn[ée]e?(?:\(e\))?\s+le\s+(?=\d)", re.IGNORECASE)
_MONTHS = ("janv", "fev", "mars", "avr", "mai", "juin", "juil", "aou", "sept", "oct", "nov", "dec")
_DAY = (
    re.compile(r"(?<![\w\-/.])(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?![\w\-/.])"),
    re.compile(r"(?<![\w\-/.])(?P<d>\d{1,2})[-/. ](?P<m>\d{1,2})[-/. ](?P<y>\d{4})(?![\w\-/.])"),
    re.compile(r"(?<![\w\-/.])(?P<d>\d{1,2})[/.](?P<m>\d{1,2})[/.](?P<y>\d{2})(?![\w\-/.])"),
    re.compile(r"\b(?P<d>\d{1,2})(?:er)?\s+(?P<word>[^\W\d]{3,9})\.?\s+(?P<y>\d{4})\b", re.IGNORECASE),
)
_EIGHT = re.compile(r"(?P<d>\d{2})(?P<m>\d{2})(?P<y>\d{4})")
# A word shorter than this is half of all names with one letter changed.
SHORTEST_WITH_TYPO, SHORTEST_BEGINNING, LONGEST_WITH_TYPO = 4, 7, 24


def searchable(text: str) -> str:
    """Return `text` as searches compare it: plain letters and digits in words."""
    return folded(folded(text.translate(_LETTERS)).translate(_LETTERS))


def text_to_search(*, last_name: str, first_name: str, register_number: str, cell: str) -> str:
    """Return what a search for this person looks through: the name as it stands, what counts whole, the name joined."""
    last, first, number, cell = (searchable(each) for each in (last_name, first_name, register_number, cell))
    whole = dict.fromkeys([number, number.lstrip("0"), cell, cell.replace(" ", "")])
    joined = [name.replace(" ", "") for name in (last, first) if " " in name]
    return " ".join([f"{last} {first}", WHOLE + WHOLE.join(each for each in whole if each) + WHOLE, *joined])[:LONGEST]


@dataclass(frozen=True)
class TypedWords:
    """What was typed into a search, read."""

    words: tuple[str, ...]
    # What may be a register number or a cell, whole.
    whole: tuple[str, ...] = ()
    born: tuple[date, ...] = ()
    # Eight digits are a day of birth or a number.
    either: tuple[tuple[str, date], ...] = field(default=())

    @property
    def plain(self) -> str:
        return " ".join(self.words)

    @property
    def is_nothing(self) -> bool:
        return not (self.words or self.born or self.either)


def read_typed(text: str) -> TypedWords:
    """Read "NOM, Prénom (006466)", "M. Nom", "N° 006466", "né le 01/02/1990", a cell, or words of a name."""
    text = _BEFORE_CELL.sub(" ", _BEFORE_NUMBER.sub(" ", _TITLE.sub("", text)))
    key = searchable(text)
    whole = dict.fromkeys([key, key.lstrip("0")]) if any(c.isdigit() for c in key) else {}
    rest, born = _take_days(_BORN.sub(" ", text))
    words, either = [], []
    for word in dict.fromkeys(searchable(rest).split()):
        found = _EIGHT.fullmatch(word)
        day = _day(found["y"], found["m"], found["d"]) if found else []
        if day:
            either.append((word, day[0]))
        else:
            words.append(word)
    return TypedWords(tuple(words), tuple(each for each in whole if each), tuple(born), tuple(either))


def _take_days(text: str) -> tuple[str, list[date]]:
    """Return the text without the day of birth in it, and what day that is; of a year in two digits there are two."""
    for pattern in _DAY:
        for found in pattern.finditer(text):
            parts = found.groupdict()
            month = parts.get("m") or _month(parts["word"])
            days = _day(parts["y"], month, parts["d"])
            if days:
                return text[: found.start()] + " " + text[found.end() :], days
    return text, []


def _month(word: str) -> str:
    plain = searchable(word)
    return next((str(n) for n, name in enumerate(_MONTHS, 1) if plain.startswith(name)), "0")


def _day(year: str, month: str, day: str) -> list[date]:
    years = [int(year)] if len(year) > 2 else [1900 + int(year), 2000 + int(year)]
    try:
        return [date(each, int(month), int(day)) for each in years if each >= 1900]
    except ValueError:
        return []


def may_hold_typo(word: str) -> bool:
    """Say whether a letter of `word` may be wrong. Of a number none may: another number is another person."""
    return word.isalpha() and SHORTEST_WITH_TYPO <= len(word) <= LONGEST_WITH_TYPO


def one_typo(word: str) -> str:
    """Return the regular expression of the words that `word` becomes by one wrong, missing, added or swapped letter."""
    forms: dict[str, None] = {}
    for at in range(len(word)):
        before, after = word[:at], word[at + 1 :]
        forms[f"{before}[^ {WHOLE}]?{after}"] = None
        forms[f"{before}[^ {WHOLE}]{word[at:]}"] = None
        if after:
            forms[f"{before}{after[0]}{word[at]}{after[1:]}"] = None
    ends = "" if len(word) >= SHORTEST_BEGINNING else f"($|[ {WHOLE}])"
    return f"(^|[ {WHOLE}])({'|'.join(forms)}){ends}"
