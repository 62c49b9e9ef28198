"""Proposes several plans for one unit, each tried on its past half-year: for the worker."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from appointments.arithmetic.kept_lists import LEARNERS
from appointments.arithmetic.recurrence import HalfDay
from appointments.plans.bounds import Bounds, bounds_of
from appointments.plans.figures import Figures, figures_of
from appointments.plans.past import Minute, Past
from appointments.plans.replay import ALL_HABITS, Habits, replay
from appointments.plans.solver import ImpossibleWeek, search
from appointments.plans.targets import missed
from appointments.plans.times import LONGEST_WAIT, LONGEST_WAIT_OF_FEW, best
from appointments.plans.week import Turns, UnitWeek, relocations

# nobody: arrival times and bookings alone; few: two people move; within: whoever may; common: they share half-days;
# everybody: as if all could come on any day, to see what their constraints cost.
Level: TypeAlias = Literal["nobody", "few", "within", "common", "everybody"]
FEW_PEOPLE = 2
# A unit that calls no more than so many in a half-day is better on common half-days.
SMALL = 12.0
# So many choices of arrival times of a plan for a small unit are tried to their end.
CHOICES = 3
DAILY = 10  # whoever holds so many half-days a week has nothing to move to


@dataclass(frozen=True, kw_only=True)
class Proposal:
    level: Level
    turns: Turns
    times: tuple[Minute, ...]
    figures: Figures
    asked: tuple[int, ...]  # agendas that move
    bounds: Bounds | None = None

    @property
    def missed(self) -> list[str]:
        """The limits of a small unit that are not kept."""
        return missed(self.figures)

    @property
    def price(self) -> tuple[float, ...]:
        """What a proposal tells and costs: one that is nowhere better than another is not shown."""
        told = self.figures
        return (told.few, told.information, told.lift, told.kept_gain or 0.0, told.wait, len(self.asked))


@dataclass(frozen=True)
class Attempt:
    """A plan to be looked for."""

    level: Level
    may_move: frozenset[int] = frozenset()
    most: int | None = None
    common: int | None = None


def attempts(week: UnitWeek) -> list[Attempt]:
    movable = frozenset(each.agenda for each in week.movable)
    found = [Attempt("nobody")]
    if len(movable) > FEW_PEOPLE:
        found.append(Attempt("few", movable, most=FEW_PEOPLE))
    if movable:
        found.append(Attempt("within", movable))
        calls = sum(each.calls * sum(map(len, each.now)) / len(each.now) for each in week.practitioners)
        if calls / max(1, len(week.half_days)) <= SMALL:
            found += [Attempt("common", movable, common=n) for n in (2, 3) if n < len(week.half_days)]
    return [*found, Attempt("everybody", frozenset(e.agenda for e in free_to_rotate(week).movable))]


def free_to_rotate(week: UnitWeek) -> UnitWeek:
    """Return the same unit as if everybody could come on any half-day of its days, the daily nurses aside."""
    anywhen = frozenset(HalfDay(day, after) for day in week.weekdays for after in (False, True))
    return replace(
        week,
        practitioners=tuple(
            replace(each, possible=anywhen, may_move=max(map(len, each.now), default=0) < DAILY)
            for each in week.practitioners
        ),
    )


def propose(
    week: UnitWeek,
    past: Past,
    present: Sequence[Minute],
    *,
    bring: Mapping[Minute, int],
    progress: Callable[[float], None] = lambda _share: None,
    levels: Collection[Level] = ("nobody", "few", "within", "common", "everybody"),
    learners: Sequence[dict[str, Any]] = LEARNERS,
) -> tuple[Figures, list[Proposal], dict[Level, ImpossibleWeek]]:
    """Return what is told now, the plans worth showing, and why others cannot be. Raises NothingToMeasure."""
    wanted = [each for each in attempts(week) if each.level in levels]
    now = figures_of(past, present, sensitive=week.sensitive, learners=learners)
    found, refused = [], {}
    for number, each in enumerate(wanted):
        progress((number + 1) / (len(wanted) + 1))
        try:
            found.append(attempt(each, week, past, present, bring=bring, learners=learners))
        except ImpossibleWeek as impossible:
            refused[each.level] = impossible
    return now, list(front(found)), refused


def attempt(
    each: Attempt,
    week: UnitWeek,
    past: Past,
    present: Sequence[Minute],
    *,
    bring: Mapping[Minute, int],
    learners: Sequence[dict[str, Any]] = LEARNERS,
) -> Proposal:
    """Look for one plan, choose its arrival times, try it. Raises ImpossibleWeek."""
    unit = free_to_rotate(week) if each.level == "everybody" else week
    turns: Turns = unit.now
    if each.may_move:
        turns = search(unit, may_move=each.may_move, most=each.most, common=each.common)
    rough = replay(past, turns, Habits(regroups=True, varies=True))
    is_common = each.common is not None
    choices = best(
        rough.visits,
        present,
        sensitive=week.sensitive,
        bring=bring,
        longest_wait=LONGEST_WAIT_OF_FEW if is_common else LONGEST_WAIT,
        most=CHOICES if is_common else 1,
    )
    asked = tuple(sorted({one.agenda for one in relocations(unit, turns)}))
    found = []
    for times in (choice.times for choice in choices):
        tested = replay(past, turns, ALL_HABITS, times=times, sensitive=week.sensitive)
        figures = figures_of(tested, times, sensitive=week.sensitive, learners=learners)
        bounds = bounds_of(tested, sensitive=week.sensitive, asked=past)
        found.append(Proposal(level=each.level, turns=turns, times=times, figures=figures, asked=asked, bounds=bounds))
    # Of a small unit's plans the one that keeps most limits together: each alone is easily kept.
    return min(found, key=lambda one: (len(one.missed), one.figures.few, one.figures.information))


def front(proposals: Sequence[Proposal]) -> Iterator[Proposal]:
    """Yield the proposals that no other one beats or equals in everything; the first of equal ones stays."""
    for number, one in enumerate(proposals):
        others = [
            each for each in proposals[:number] if all(a <= b for a, b in zip(each.price, one.price, strict=True))
        ]
        later = [
            each
            for each in proposals[number + 1 :]
            if each.level != "everybody"
            and each.price != one.price
            and all(a <= b for a, b in zip(each.price, one.price, strict=True))
        ]
        if one.level in {"nobody", "everybody"} or not (others or later):
            yield one
