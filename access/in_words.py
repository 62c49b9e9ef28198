"""Days and durations as people write them, in the language of the page."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import get_language, pgettext

# The day of a month before the month's name: not one that stands alone, nor one in figures.
DAY_BEFORE_MONTH = re.compile(r"(?<!\\)j(?= [FNMEb])")
HOUR = 60


def date_format(value: date, format_name: str) -> str:
    """Return the day in words as Django does, but for the first of a month, which French writes "1er"."""
    written = formats.get_format(format_name)
    if getattr(value, "day", 0) == 1 and str(get_language()).startswith("fr"):
        written = DAY_BEFORE_MONTH.sub(r"j\\e\\r", written)
    return formats.date_format(value, written)


def lasting(minutes: Any) -> str:
    """Return a duration given in minutes: hours as soon as there is one, "2 h 43" rather than "163 minutes"."""
    hours, rest = divmod(max(0, int(minutes)), HOUR)
    if not hours:
        return pgettext("duration", "%(minutes)d min") % {"minutes": rest}
    if not rest:
        return pgettext("duration", "%(hours)d h") % {"hours": hours}
    return pgettext("duration", "%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": rest}
