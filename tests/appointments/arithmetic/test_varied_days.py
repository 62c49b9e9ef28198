"""Days of a series: near those wanted, never too close, of many weekdays and intervals, the same each time."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest

from appointments.arithmetic.varied_days import DAYS_AT_MOST, VariedDays

FIRST = date(2026, 3, 3)


def wanted(count: int, *, every: int) -> list[date]:
    """So many dates so many days apart."""
    return [FIRST + timedelta(days=every * number) for number in range(count)]


def given(dates: list[date], *, seed: str, works: frozenset[int] = frozenset(range(5))) -> list[date]:
    """The days that a series gets where somebody works on these weekdays."""
    days, found = VariedDays(dates, seed=seed), []
    for number in range(1, len(dates) + 1):
        possible = [day for day in days.near(number) if day.weekday() in works]
        found.append(days.prefer(number, dict.fromkeys(possible, False)))
        days.give(number, found[-1])
    return found


@pytest.mark.parametrize("every", [7, 14, 28, 56])
@pytest.mark.parametrize("seed", ["a", "b", "c"])
def test_neighbours_keep_their_distance_within_a_half(every: int, seed: str) -> None:
    dates = wanted(12, every=every)

    found = given(dates, seed=seed)

    assert found[0] == dates[0]
    assert all(abs((one - other).days) <= DAYS_AT_MOST for one, other in zip(found, dates, strict=True))
    between = [(later - one).days for one, later in pairwise(found)]
    assert every / 2 < min(between)
    assert max(between) < every * 1.5
    assert len(set(between)) >= 4, "An interval that comes back tells who is followed."
    assert max(Counter(day.weekday() for day in found).values()) <= 4


def test_same_series_gets_the_same_days_and_another_person_gets_others() -> None:
    dates = wanted(8, every=14)

    assert given(dates, seed="paul") == given(dates, seed="paul")
    assert len({tuple(given(dates, seed=str(number))) for number in range(10)}) > 5


def test_care_that_comes_day_after_day_keeps_its_days() -> None:
    dates = wanted(5, every=1)
    days = VariedDays(dates, seed="a")

    assert [days.near(number) for number in range(1, 6)] == [[each] for each in dates]


def test_day_that_tells_little_goes_before_one_that_tells() -> None:
    days = VariedDays(wanted(2, every=14), seed="a")
    days.give(1, FIRST)

    near = [day for day in days.near(2) if day.weekday() in {2, 3}]
    found = days.prefer(2, {day: day.weekday() == 2 for day in near})

    assert found.weekday() == 3
