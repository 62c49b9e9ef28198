"""A unit's week as the search of plans sees it: who holds which half-days, and which they could. Pure values."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from appointments.arithmetic.recurrence import HalfDay

# After so many of a practitioner's own weeks a plan begins again: a weekly clinic has a cycle of four weeks, one of
# every four weeks a cycle of sixteen. Patterns write it as "every 4 weeks" and "every 16 weeks".
TURNS = 4
EVERY = (1, 2, 3, 4)
# The half-days of one week of the cycle, in order.
Turn: TypeAlias = frozenset[HalfDay]
# For each agenda the half-days of each week of its own cycle.
Turns: TypeAlias = Mapping[int, Sequence[Turn]]


@dataclass(frozen=True, kw_only=True)
class Practitioner:
    """An agenda: what it holds now, week by week of its cycle, and what its practitioner said could be held."""

    agenda: int
    name: str
    discipline: str
    # Consultations called in one half-day, on average.
    calls: float
    now: tuple[Turn, ...]
    possible: Turn
    every: int = 1
    may_move: bool = False
    # The rooms of its own, by half-day of the week; None where it needs none.
    room: int | None = None

    @property
    def needed(self) -> tuple[int, ...]:
        """How many half-days each week of the cycle must hold, so that as many people are seen as now.

        The weeks are those of now where they keep to `every`; else all is spread over every so many weeks.
        """
        held = [len(turn) for turn in self.now]
        there = [number for number, n in enumerate(held) if n]
        if not there or all((number - there[0]) % self.every == 0 for number in there):
            return tuple(held)
        weeks = [number for number in range(len(held)) if (number - there[0]) % self.every == 0]
        total = sum(held)
        return tuple(
            total // len(weeks) + (weeks.index(number) < total % len(weeks)) if number in weeks else 0
            for number in range(len(held))
        )


@dataclass(frozen=True, kw_only=True)
class UnitWeek:
    """All agendas of a unit, and what limits a half-day of any."""

    practitioners: tuple[Practitioner, ...]
    sensitive: frozenset[str]
    # People whom officers can bring in a half-day; absent where nobody said.
    bring: Mapping[HalfDay, int]
    # Consulting rooms; None where nobody noted them.
    rooms: int | None = None
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)

    @property
    def cycle(self) -> int:
        """The weeks after which all practitioners' plans begin again together."""
        return math.lcm(1, *(len(each.now) for each in self.practitioners))

    @property
    def half_days(self) -> list[HalfDay]:
        held = {half for each in self.practitioners for turn in each.now for half in turn}
        could = {half for each in self.practitioners if each.may_move for half in each.possible}
        return sorted(held | could)

    @property
    def now(self) -> dict[int, tuple[Turn, ...]]:
        return {each.agenda: each.now for each in self.practitioners}

    @property
    def movable(self) -> list[Practitioner]:
        return [each for each in self.practitioners if each.may_move and any(each.now)]


@dataclass(frozen=True)
class Relocation:
    """In a week of their cycle somebody is asked to hold `after` in place of `before`."""

    agenda: int
    turn: int
    before: tuple[HalfDay, ...]
    after: tuple[HalfDay, ...]


def relocations(week: UnitWeek, turns: Turns) -> list[Relocation]:
    """Return what a plan asks of whom, in the order of agendas and weeks; empty where nobody moves."""
    found = []
    for each in week.practitioners:
        for number, (old, new) in enumerate(zip(each.now, turns[each.agenda], strict=True)):
            if old != new:
                found.append(Relocation(each.agenda, number, tuple(sorted(old - new)), tuple(sorted(new - old))))
    return found


def week_number(day: date) -> int:
    """Number the weeks from a Monday long ago: a cycle is counted from there, in the past as in what is to come."""
    return (day.toordinal() - 1) // 7


def cycle_of(intervals: Iterable[int], every: int) -> int:
    """Return the weeks after which a practitioner's plan begins again."""
    return math.lcm(TURNS * every, *intervals)
