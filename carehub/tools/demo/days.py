"""The days of the invented establishments: the weeks they cover and the days on which nobody works. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from appointments.arithmetic.public_holidays import holidays_between
from appointments.models.enums.planning import Territory

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
        return self.today - timedelta(days=self.today.weekday())

    @property
    def first(self) -> date:
        return self.monday - timedelta(weeks=PAST_WEEKS)

    @property
    def opens(self) -> date:
        """The day on which the invented unit opens, some weeks before what is shown."""
        return self.first - timedelta(weeks=WEEKS_BEFORE)

    @property
    def last(self) -> date:
        return self.monday + timedelta(weeks=FUTURE_WEEKS + 1, days=-1)

    def working_days(self) -> Iterator[date]:
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
    """Return the public holidays of metropolitan France, where the invented units stand."""
    return frozenset(holidays_between(Territory.METROPOLE, date(year, 1, 1), date(year, 12, 31)))
