"""What forbids less: numbers below which a plan's figures cannot come, whatever is done that it does not change. Pure.

Each holds for every choice of arrival times and of times within the half-days:
- Lift. A discipline called on half-days H only is found at its places N / n(H) times as often as everywhere, at some of
  them: the greatest of fractions is not below the fraction of their sums (the mediant).
- Information. Whoever knows the time knows the half-day: the data-processing inequality (Cover and Thomas 2006, 2.8).
  Both are estimates, corrected for their number of places: of few calls they may cross by hundredths of a bit.
- Groups. One arrival time for the whole half-day makes its greatest group.
- Days of call. The fewest days that meet every visit's days, if all time were free and all bookings known beforehand
  (as many as visits of one person whose days do not overlap; the greedy choice is optimal: Gavril 1972).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from appointments.arithmetic.inference import CallCounts, mutual_information_corrected
from appointments.arithmetic.recurrence import HalfDay
from appointments.plans.diary import LATER, SOONER
from appointments.plans.past import FEW, Past, Visit

ENOUGH = 20  # calls at a half-day from which on its lift counts


@dataclass(frozen=True, kw_only=True)
class Bounds:
    lift: float | None  # of the sensitive discipline on the fewest half-days; None where too few are called then
    discipline: str  # that discipline
    information: float  # bits
    alone: int  # calls for something sensitive on half-days on which nobody else is called
    few: int  # ... on which fewer than five are called
    days: int  # of call

    def as_data(self) -> dict[str, Any]:
        return {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(self).items()}


def bounds_of(past: Past, *, sensitive: Collection[str], asked: Past) -> Bounds:
    """Return the bounds of a (replayed) half-year; `asked` is what people asked for, as it truly was."""
    people: dict[tuple[date, bool], set[object]] = defaultdict(set)
    for visit in past.visits:
        people[visit.day, visit.is_afternoon].add(visit.person)
    sizes = [len(people[visit.day, visit.is_afternoon]) for visit in past.visits if visit.discipline in sensitive]
    called = {visit.discipline for visit in past.visits}.intersection(sensitive)
    lifts = {name: lift_at_least(past.visits, name) for name in sorted(called)}
    worst = max(lifts, key=lambda name: lifts[name] or 0.0, default="")
    return Bounds(
        lift=lifts.get(worst),
        discipline=worst,
        information=max(
            0.0, mutual_information_corrected(CallCounts.of((v.discipline, _half(v)) for v in past.visits))
        ),
        alone=sum(size == 1 for size in sizes),
        few=sum(size < FEW for size in sizes),
        days=days_at_least(asked),
    )


def lift_at_least(visits: Collection[Visit], discipline: str) -> float | None:
    """Return N / n(H) of the half-days on which a discipline is called; None where fewer than 20 are called in one."""
    called = Counter(map(_half, visits))
    held = {_half(visit) for visit in visits if visit.discipline == discipline}
    if any(called[half] < ENOUGH for half in held):
        return None
    return len(visits) / sum(called[half] for half in held)


def days_at_least(asked: Past) -> int:
    """Return the fewest days of call, person by person, that are left if every visit may be anywhere in its days."""
    open_days = {each.day for each in asked.sittings}
    of_person: dict[object, list[tuple[date, date]]] = defaultdict(list)
    for visit in asked.visits:
        days = _days(visit, open_days)
        of_person[visit.person].append((max(days), min(days)))
    return sum(map(_points, of_person.values()))


def _points(intervals: Iterable[tuple[date, date]]) -> int:
    """Return how many points are needed to meet all of the intervals (end, begin)."""
    last, points = date.min, 0
    for end, begin in sorted(intervals):
        if begin > last:
            last, points = end, points + 1
    return points


def _days(visit: Visit, open_days: Collection[date]) -> list[date]:
    if visit.is_urgent:
        return [visit.day]
    days = (visit.day + timedelta(days=by) for by in range(-SOONER, LATER + 1))
    return [visit.day, *(day for day in days if day in open_days and day > visit.booked_on)]


def _half(visit: Visit) -> HalfDay:
    return HalfDay.of(visit.day, is_afternoon=visit.is_afternoon)
