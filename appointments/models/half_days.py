"""The half-days of a week in words."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from appointments.arithmetic.recurrence import HalfDay

PARTS = (pgettext_lazy("half of a day", "morning"), pgettext_lazy("half of a day", "afternoon"))
# On which units mostly work: whoever prefers these mornings prefers the morning.
WORKING_DAYS = range(5)


def half_day_words(half: HalfDay) -> str:
    """Return a half-day like "Monday morning"."""
    return f"{WEEKDAYS[half.weekday]} {PARTS[half.is_afternoon]}"


def preference_words(chosen: Collection[HalfDay]) -> str:
    """Return which half-days somebody prefers, like "the morning" or "Monday morning, Thursday afternoon"."""
    parts = {half.is_afternoon for half in chosen}
    if len(parts) == 1 and {half.weekday for half in chosen}.issuperset(WORKING_DAYS):
        return _("the afternoon") if parts.pop() else _("the morning")
    return ", ".join(half_day_words(half) for half in sorted(chosen))
