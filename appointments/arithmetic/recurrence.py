"""Pure recurrence of days: RFC 5545 rules of a planning, through dateutil. No Django, models, people, hours.

A rule speaks of local days only. The hours are put on each day by `timegrid.at_local`, so that 09:00 stays 09:00 when
clocks change.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from dateutil.rrule import rrulestr

WEEKDAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MOST_WEEKS = 8
# The last one of a month, beside the first to the fourth.
LAST = -1
NTHS = (1, 2, 3, 4, LAST)

_WEEKLY = re.compile(r"FREQ=WEEKLY;INTERVAL=([1-8]);BYDAY=((?:[A-Z]{2},?)+);WKST=MO")
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
        if not 1 <= self.every <= MOST_WEEKS:
            raise UnknownRule
        return f"FREQ=WEEKLY;INTERVAL={self.every};BYDAY={','.join(codes)};WKST=MO"


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
    """The rule is none that a planning keeps."""
