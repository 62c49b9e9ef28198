"""The days of the invented establishments: the weeks they cover and the days on which nobody works. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

PAST_WEEKS = 26
FUTURE_WEEKS = 4
# Lived through before the first day shown, so that this day finds diaries that are already full.
WEEKS_BEFORE = 10
FRIDAY = 4


@dataclass(frozen=True)
class Calendar:
    """What is shown, seen from `today`: whole weeks, 26 before this one and 4 after it."""

    today: date

    @property
    def monday(self) -> date:
        """The Monday of this week."""
        return self.today - timedelta(days=self.today.weekday())

    @property
    def first(self) -> date:
        """The first day shown."""
        return self.monday - timedelta(weeks=PAST_WEEKS)

    @property
    def opens(self) -> date:
        """The day on which the invented unit opens, some weeks before what is shown."""
        return self.first - timedelta(weeks=WEEKS_BEFORE)

    @property
    def last(self) -> date:
        """The last day shown."""
        return self.monday + timedelta(weeks=FUTURE_WEEKS + 1, days=-1)

    def working_days(self) -> Iterator[date]:
        """Every working day from the opening to the last day shown, in order."""
        days = (self.opens + timedelta(days=number) for number in range((self.last - self.opens).days + 1))
        return (day for day in days if is_working_day(day))


def is_working_day(day: date) -> bool:
    """Whether the unit holds consultations: Monday to Friday, without public holidays."""
    return day.weekday() <= FRIDAY and day not in public_holidays(day.year)


def next_working_day(day: date) -> date:
    """Return `day` itself or the first working day after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


@cache
def public_holidays(year: int) -> frozenset[date]:
    """Return the eleven public holidays of metropolitan France (Code du travail, article L3133-1)."""
    sunday = easter(year)
    fixed = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    # Easter Monday, Ascension, Whit Monday.
    movable = (sunday + timedelta(days=after) for after in (1, 39, 50))
    return frozenset(date(year, month, day) for month, day in fixed) | frozenset(movable)


def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (the anonymous algorithm of Nature, 1876)."""
    century, rest = divmod(year, 100)
    golden = year % 19
    lunar = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - century // 4 - lunar + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    correction = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * correction + 114, 31)
    return date(year, month, day + 1)
