"""When somebody on a round is due, from the days on which they were visited. No framework, no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

WEEK = 7
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Rhythm:
    """How often: on `weekdays`, every day where these are all seven; or else so many times a week, so far apart."""

    weekdays: frozenset[int] = frozenset()
    times: int = 2
    least_days: int = 1
    most_days: int = 4


@dataclass(frozen=True)
class Due:
    """From which day on a visit is due, and the last day on which it is in time."""

    since: date
    until: date

    def is_open(self, today: date) -> bool:
        return self.since <= today

    def days_late(self, today: date) -> int:
        """How many days ago the visit should have been made; 0 while there is time."""
        return max(0, (today - self.until).days)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def asked_of_week(days: int, times: int) -> int:
    """Return how many visits a part of a week of so many days asks: its share, rounded down."""
    return times * min(days, WEEK) // WEEK


def days_in_week(monday: date, stays: Iterable[tuple[date, date | None]]) -> int:
    """Return on how many days of the week somebody was on the round; a stay's end is the day after its last one."""
    sunday = monday + timedelta(days=WEEK - 1)
    found = {
        day
        for since, end in stays
        for day in (monday + timedelta(days=number) for number in range(WEEK))
        if since <= day <= sunday and (end is None or day < end)
    }
    return len(found)


def next_due(rhythm: Rhythm, *, since: date, ends_on: date | None, made: Iterable[date], today: date) -> Due:
    """Return the next visit of somebody who is on the round from `since` until before `ends_on`.

    `made` are the days of visits at which the person was met; those of this week and the last one before it suffice.
    """
    days = sorted({day for day in made if day >= since})
    last = days[-1] if days else None
    if rhythm.weekdays:
        return next_weekday(rhythm.weekdays, since if last is None else last + DAY)
    return next_of_week(rhythm, since=since, ends_on=ends_on, days=days, today=today)


def next_weekday(weekdays: frozenset[int], first: date) -> Due:
    day = next(day for number in range(WEEK) if (day := first + timedelta(days=number)).weekday() in weekdays)
    return Due(day, day)


def next_of_week(rhythm: Rhythm, *, since: date, ends_on: date | None, days: list[date], today: date) -> Due:
    """Keep the days between two visits, and so many in each week: its last days press where some are missing."""
    last = days[-1] if days else None
    opens = since if last is None else last + timedelta(days=rhythm.least_days)
    closes = since + timedelta(days=rhythm.most_days - 1) if last is None else last + timedelta(days=rhythm.most_days)
    monday = monday_of(today)
    missing = asked_of_week(days_in_week(monday, [(since, ends_on)]), rhythm.times) - sum(day >= monday for day in days)
    if missing > 0:
        # The last day from which those that are missing still find room in this week.
        latest = monday + timedelta(days=WEEK - 1 - (missing - 1) * rhythm.least_days)
        closes = min(closes, max(latest, monday, since if last is None else last + DAY))
    return Due(min(opens, closes), closes)
