"""Days, numbers and shares as a French letter writes them, whatever the language of the screen."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

NARROW, NO_BREAK = "\u202f", "\u00a0"
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip


def day_in_french(day: date) -> str:
    return f"{_day_and_month(day)} {day.year}"


def period_in_french(first: date, last: date) -> str:
    """Return “du 1er octobre au 31 décembre 2026”, and “le 4 décembre 2026” for one day."""
    if first == last:
        return f"le {day_in_french(first)}"
    begins = _day_and_month(first) if first.year == last.year else day_in_french(first)
    return f"du {begins} au {day_in_french(last)}"


def _day_and_month(day: date) -> str:
    return f"{'1er' if day.day == 1 else day.day}{NO_BREAK}{MONTHS[day.month - 1]}"


def number_in_french(number: int) -> str:
    return f"{number:,}".replace(",", NARROW)


def share_in_french(hundredths: float) -> str:
    """Return a share with one figure after the comma, without its sign."""
    return f"{hundredths:.1f}".replace(".", ",")


def in_french_typography(told: Any) -> Any:
    """Return text, or whatever holds text, with the apostrophe and the spaces that do not break, whoever typed it."""
    if isinstance(told, str):
        text = re.sub(r"(?<=\w)'(?=\w)", "’", told)
        text = re.sub(r"(?<=[^\s;!?])[ \u00a0\u202f]*(?=[;!?](?:\s|$))", NARROW, text)
        text = re.sub(r"(?<=[^\s:])[ \u00a0\u202f]*(?=:(?:\s|$))", NO_BREAK, text)
        text = re.sub(r"(?<=«)[ \u202f]+|[ \u202f]+(?=»)", NO_BREAK, text)
        text = re.sub(r"(?<=\d)[ \u00a0]+(?=%)", NARROW, text)
        text = re.sub(r"(?<=\b[LRDA]\.) (?=\d)|(?<=\bart\.) (?=\d)|(?<=\bn°) (?=\d)", NO_BREAK, text)
        return re.sub(r"\b1 (?=(?:" + "|".join(MONTHS) + r")\b)", "1er ", text)
    if isinstance(told, dict):
        return {key: in_french_typography(each) for key, each in told.items()}
    if isinstance(told, list):
        return [in_french_typography(each) for each in told]
    return told
