"""On which days near those wanted a series may come. Pure; the same series always gets the same days.

A person called every other Tuesday is known by the interval, whatever the hour. So each date may lie some days from the
one wanted, but the way between two neighbours stays within half of what it should be, more or less: weekly care comes
after four to ten days.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

DAYS_AT_MOST = 5


class VariedDays:
    """The days of one series while they are given out, by the number of the date (from 1)."""

    def __init__(self, wanted: Sequence[date], *, seed: str) -> None:
        self._wanted = dict(enumerate(wanted, start=1))
        # Not of a secret's strength: it only has to differ from one series to the next.
        self._draw = random.Random(seed)  # noqa: S311
        self._weekdays: Counter[int] = Counter()
        self._intervals: Counter[int] = Counter()
        self._given: dict[int, date] = {}

    def near(self, number: int) -> list[date]:
        """Return the days that the date may have: its own, and those around that keep off its neighbours'.

        The first stays where somebody has put it.
        """
        own = self._wanted[number]
        reach = 0 if number == 1 else self._reach(number)
        around = (own + timedelta(days=each) for each in range(-reach, reach + 1))
        return [day for day in around if self._keeps_off(number, day)]

    def prefer(self, number: int, telling: Mapping[date, bool]) -> date:
        """Return which of these days the date gets: a weekday and an interval used least, that tells little."""
        drawn = {day: self._draw.random() for day in sorted(telling)}
        return min(
            drawn,
            key=lambda day: (
                self._weekdays[day.weekday()],
                self._intervals[self._since_last(number, day)],
                telling[day],
                drawn[day],
            ),
        )

    def give(self, number: int, day: date) -> None:
        """Count a day as the date's."""
        self._weekdays[day.weekday()] += 1
        self._intervals[self._since_last(number, day)] += 1
        self._given[number] = day

    def _reach(self, number: int) -> int:
        """Return how many days a date may move: less than half of the way to either neighbour."""
        return min(DAYS_AT_MOST, (min(self._distances(number).values(), default=1) - 1) // 2)

    def _keeps_off(self, number: int, day: date) -> bool:
        """Whether the day is further from its neighbours' than half of the distance wanted, and less than half more."""
        return day == self._wanted[number] or all(
            distance < 2 * abs((day - self._given[other]).days) < 3 * distance
            for other, distance in self._distances(number).items()
            if other in self._given
        )

    def _distances(self, number: int) -> dict[int, int]:
        own = self._wanted[number]
        beside = {other: self._wanted[other] for other in (number - 1, number + 1) if other in self._wanted}
        return {other: abs((day - own).days) for other, day in beside.items()}

    def _since_last(self, number: int, day: date) -> int:
        before = self._given.get(number - 1)
        return (day - before).days if before else 0


def around(day: date, *, weeks: int, seed: str) -> date:
    """Return where the search for a follow-up begins: `day`, which is so many weeks ahead, or some days off.

    The same seed gives the same day: asking again is no way to another.
    """
    reach = min(DAYS_AT_MOST, (7 * weeks - 1) // 2)
    return day + timedelta(days=random.Random(seed).randint(-reach, reach))  # noqa: S311 as above
