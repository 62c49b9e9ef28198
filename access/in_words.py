"""Days and durations as people write them, in the language of the page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.utils import formats
from django.utils.translation import get_language, pgettext

# The day of a month before the month's name: not one that stands alone, nor one in figures.
DAY_BEFORE_MONTH = re.compile(r"(?<!\\)j(?= [FNMEb])")
# What says the hour of a moment, or where the clock stands: written anew for each.
HOURS = re.compile(r"(?<!\\)[aAefgGhHiIOPrsTuUZc]")
HOUR = 60
# What a page writes by the hundred, and no language writes otherwise: put together here in a tenth of Django's time.
FIGURES: dict[str, Callable[[datetime], str]] = {
    "H:i": lambda at: f"{at.hour:02d}:{at.minute:02d}",
    "Y-m-d": lambda at: f"{at.year:04d}-{at.month:02d}-{at.day:02d}",
    r"Y-m-d\TH:i": lambda at: f"{at.year:04d}-{at.month:02d}-{at.day:02d}T{at.hour:02d}:{at.minute:02d}",
    "c": datetime.isoformat,
}


def date_format(value: date, format_name: str) -> str:
    """Return the day in words as Django does, but for the first of a month, which French writes "1er"."""
    if isinstance(value, datetime) and (in_figures := FIGURES.get(format_name)):
        return in_figures(value)
    language, written = get_language(), formats.get_format(format_name)
    if getattr(value, "day", 0) == 1 and str(language).startswith("fr"):
        written = DAY_BEFORE_MONTH.sub(r"j\\e\\r", written)
    if HOURS.search(written):
        return formats.date_format(value, written)
    return day_format(date(value.year, value.month, value.day), written, language)


@lru_cache(maxsize=2_000)
def day_format(day: date, written: str, _language: str | None) -> str:
    """A page writes the same few days again and again."""
    return formats.date_format(day, written)


def lasting(minutes: Any) -> str:
    """Return a duration given in minutes: hours as soon as there is one, "2 h 43" rather than "163 minutes"."""
    hours, rest = divmod(max(0, int(minutes)), HOUR)
    if not hours:
        return pgettext("duration", "%(minutes)d min") % {"minutes": rest}
    if not rest:
        return pgettext("duration", "%(hours)d h") % {"hours": hours}
    return pgettext("duration", "%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": rest}
