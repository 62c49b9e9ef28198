"""The dates of a series, by the recurrence rules of RFC 5545. Pure: no Django, no models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from dateutil.rrule import MO, WEEKLY, rrule

from appointments.arithmetic.recurrence import WEEKDAY_CODES
from appointments.arithmetic.timegrid import at_local

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

MOST_DATES, MOST_WEEKS = 40, 8


@dataclass(frozen=True)
class Rhythm:
    """So many times from a day on, every so many weeks, at a time of its own each weekday (Monday 0)."""

    first: date
    times: Mapping[int, time]
    count: int
    every: int = 1

    def __post_init__(self) -> None:
        if not self.times or not self.times.keys() <= set(range(len(WEEKDAY_CODES))):
            raise NoRhythm
        if not (1 <= self.count <= MOST_DATES and 1 <= self.every <= MOST_WEEKS):
            raise NoRhythm

    @property
    def rule(self) -> str:
        """The rule as RFC 5545 writes it."""
        days = ",".join(WEEKDAY_CODES[weekday] for weekday in sorted(self.times))
        return f"FREQ=WEEKLY;INTERVAL={self.every};COUNT={self.count};BYDAY={days}"

    def dates(self) -> list[date]:
        """Return the dates, in order. Raises NoRhythm when the calendar ends before the series does."""
        days = rrule(
            WEEKLY,
            dtstart=datetime.combine(self.first, time.min),
            interval=self.every,
            wkst=MO,
            count=self.count,
            byweekday=sorted(self.times),
        )
        found = [day.date() for day in days]
        if len(found) < self.count:
            raise NoRhythm
        return found

    def starts(self, zone: ZoneInfo) -> list[datetime]:
        """Return the instants at which the clocks of `zone` show the times, in summer as in winter."""
        return [at_local(day, self.times[day.weekday()], zone) for day in self.dates()]


class NoRhythm(ValueError):
    """No weekday, or too many dates, or too far apart."""
