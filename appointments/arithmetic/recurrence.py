"""Pure recurrence of days: RFC 5545 rules of a planning and of a series, through dateutil. No Django, no models.

A rule speaks of local days only. The hours are put on each day by `timegrid.at_local`, so that 09:00 stays 09:00 when
clocks change. Weekdays are numbered from Monday 0, as Python does.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, NamedTuple

from dateutil.rrule import rrulestr

from appointments.arithmetic.timegrid import at_local

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

WEEKDAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MOST_WEEKS = 8
# A clinic of every fourth week that changes its day comes back to the same one after sixteen weeks.
MOST_WEEKS_OF_PATTERN = 16
# A series has so many dates at most.
MOST_DATES = 40
# The last one of a month, beside the first to the fourth.
LAST = -1
NTHS = (1, 2, 3, 4, LAST)
# Monday morning is 0, Monday afternoon 1, Sunday afternoon 13.
HALF_DAYS_OF_WEEK = tuple(range(14))

_WEEKLY = re.compile(r"FREQ=WEEKLY;INTERVAL=([1-9]|1[0-6]);BYDAY=((?:[A-Z]{2},?)+);WKST=MO")
_MONTHLY = re.compile(r"FREQ=MONTHLY;BYDAY=((?:(?:[1-4]|-1)[A-Z]{2},?)+)")


@dataclass(frozen=True)
class Rhythm:
    """Chosen weekdays (Monday 0 to Sunday 6), every so many weeks or, with `nth`, once a month."""

    weekdays: frozenset[int]
    every: int = 1
    nth: int | None = None

    @property
    def rule(self) -> str:
        """The RRULE, without its bounds. Raises UnknownRule for a rhythm that nobody keeps."""
        if not self.weekdays or not self.weekdays <= set(range(len(WEEKDAY_CODES))):
            raise UnknownRule
        codes = [WEEKDAY_CODES[number] for number in sorted(self.weekdays)]
        if self.nth is not None:
            if self.nth not in NTHS:
                raise UnknownRule
            return "FREQ=MONTHLY;BYDAY=" + ",".join(f"{self.nth}{code}" for code in codes)
        if not 1 <= self.every <= MOST_WEEKS_OF_PATTERN:
            raise UnknownRule
        return f"FREQ=WEEKLY;INTERVAL={self.every};BYDAY={','.join(codes)};WKST=MO"


@dataclass(frozen=True)
class SeriesRhythm:
    """So many times from a day on, in a weekly rhythm, at a time of its own each weekday."""

    first: date
    times: Mapping[int, time]
    count: int
    every: int = 1

    def __post_init__(self) -> None:
        """Raise UnknownRule for no weekday, too many dates, or dates too far apart."""
        if not (1 <= self.count <= MOST_DATES and self.every <= MOST_WEEKS and self.rule):
            raise UnknownRule

    @property
    def rule(self) -> str:
        return f"{Rhythm(frozenset(self.times), every=self.every).rule};COUNT={self.count}"

    def dates(self) -> list[date]:
        """Return the dates, in order. Raises UnknownRule when the calendar ends before the series does."""
        found = [day.date() for day in rrulestr(self.rule, dtstart=datetime.combine(self.first, time.min))]
        if len(found) < self.count:
            raise UnknownRule
        return found

    def starts(self, zone: ZoneInfo) -> list[datetime]:
        """Return the instants at which the clocks of `zone` show the times, in summer as in winter."""
        return [at_local(day, self.times[day.weekday()], zone) for day in self.dates()]


class HalfDay(NamedTuple):
    weekday: int
    is_afternoon: bool

    @classmethod
    def of(cls, day: date, *, is_afternoon: bool) -> HalfDay:
        return cls(day.weekday(), is_afternoon)

    @classmethod
    def numbered(cls, number: int) -> HalfDay:
        return cls(number // 2, bool(number % 2))

    @property
    def number(self) -> int:
        return 2 * self.weekday + self.is_afternoon


def rhythm_of(rule: str) -> Rhythm:
    """Return the rhythm that a stored rule means. Raises UnknownRule."""
    try:
        if found := _WEEKLY.fullmatch(rule):
            codes = found[2].split(",")
            return Rhythm(frozenset(WEEKDAY_CODES.index(code) for code in codes), every=int(found[1]))
        if found := _MONTHLY.fullmatch(rule):
            parts = [(int(part[:-2]), WEEKDAY_CODES.index(part[-2:])) for part in found[1].split(",")]
            [nth] = {number for number, _weekday in parts}
            return Rhythm(frozenset(weekday for _number, weekday in parts), nth=nth)
    except ValueError as error:
        raise UnknownRule from error
    raise UnknownRule


def days_between(
    rule: str,
    start: date,
    end: date,
    *,
    first: date,
    last: date | None = None,
    extra: Iterable[date] = (),
    excepted: Collection[date] = (),
) -> list[date]:
    """Return the days from `start` to `end`, both included, that the rule gives between `first` and `last`.

    `extra` days (RDATE) are added and `excepted` ones (EXDATE) left out, both within first and last; a day that is
    both is left out, as in RFC 5545. Every second week and the like are counted from the week of `first`.
    """
    rhythm_of(rule)
    low, high = max(start, first), min(end, last or end)
    if high < low:
        return []
    anchored = rrulestr(rule, dtstart=datetime.combine(first, time.min))
    given = anchored.between(datetime.combine(low, time.min), datetime.combine(high, time.min), inc=True)
    days = {found.date() for found in given} | {day for day in extra if low <= day <= high}
    return sorted(days - set(excepted))


class UnknownRule(ValueError):
    """The rule is none that a planning or a series keeps."""
