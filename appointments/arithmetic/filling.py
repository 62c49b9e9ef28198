"""Who gets which time of a half-day that is filled from the queue: arithmetic alone. No Django, models, people.

Those who wait come in their order: whoever is placed later takes nothing from whoever is before. Among the times that
are left to somebody the arrival time decides: at most as many as can be brought, spread, and where the company hides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from appointments.arithmetic.timegrid import Interval, contains, overlaps, slots

# How little one more person suits an arrival time, where so many were put already: the smallest is taken first.
Reluctance: TypeAlias = Callable[[datetime, int], tuple[bool, ...]]


@dataclass(frozen=True)
class Wanting:
    """Somebody who waits: for how long they are seen, when they are elsewhere, when they are called already."""

    key: Hashable
    length: timedelta
    avoiding: Sequence[Interval] = ()
    called: frozenset[datetime] = frozenset()


@dataclass
class HalfDayRoom:
    """What is free of a half-day in which everybody has a time of their own."""

    opening: Interval
    step: timedelta
    waves: Sequence[datetime]
    busy: list[Interval]
    # How many more can be brought at each arrival time; what is not there has no limit.
    left: dict[datetime, int]
    after: datetime
    put: Counter[datetime] = field(default_factory=Counter)

    def copy(self) -> HalfDayRoom:
        return HalfDayRoom(
            self.opening, self.step, self.waves, list(self.busy), dict(self.left), self.after, self.put.copy()
        )

    def wave(self, start: datetime) -> datetime | None:
        return max((wave for wave in self.waves if wave <= start), default=None)

    def starts(self, one: Wanting) -> dict[datetime, datetime]:
        """Return when `one` could begin, each time with its arrival time, in order."""
        closed = [*self.busy, *one.avoiding]
        found = {}
        for start in slots(self.opening, busy=closed, step=self.step, length=one.length):
            wave = self.wave(start)
            if start >= self.after and wave is not None and self.may_bring(one, wave):
                found[start] = wave
        return found

    def fits(self, one: Wanting, start: datetime) -> bool:
        """Whether `one` could begin at a time that somebody names."""
        wanted, wave = (start, start + one.length), self.wave(start)
        is_free = contains(self.opening, wanted) and not any(overlaps(wanted, o) for o in (*self.busy, *one.avoiding))
        return is_free and start >= self.after and wave is not None and self.may_bring(one, wave)

    def may_bring(self, one: Wanting, wave: datetime) -> bool:
        return wave in one.called or self.left.get(wave, 1) > 0

    def take(self, one: Wanting, start: datetime, wave: datetime) -> None:
        self.busy.append((start, start + one.length))
        self.put[wave] += 1
        if wave in self.left and wave not in one.called:
            self.left[wave] -= 1


def fill_own_times(
    wanting: Sequence[Wanting], room: HalfDayRoom, *, reluctance: Reluctance
) -> dict[Hashable, tuple[datetime, datetime]]:
    """Return for each who can be placed when they begin and under which arrival time they are called.

    Spread over the arrival times, unless that leaves somebody out who would have a place without.
    """
    spread = placed(wanting, room.copy(), choose=lambda found, put: spread_start(found, put, reluctance))
    packed = placed(wanting, room.copy(), choose=lambda found, _put: min(found))
    return packed if in_turn(wanting, packed) > in_turn(wanting, spread) else spread


def placed(
    wanting: Sequence[Wanting],
    room: HalfDayRoom,
    *,
    choose: Callable[[Mapping[datetime, datetime], Counter[datetime]], datetime],
) -> dict[Hashable, tuple[datetime, datetime]]:
    given: dict[Hashable, tuple[datetime, datetime]] = {}
    for one in wanting:
        if found := room.starts(one):
            start = choose(found, room.put)
            given[one.key] = (start, found[start])
            room.take(one, start, found[start])
    return given


def spread_start(found: Mapping[datetime, datetime], put: Counter[datetime], reluctance: Reluctance) -> datetime:
    """Return the first time of the arrival time that suits best: it hides, few were put there, it is early."""
    firsts: dict[datetime, datetime] = {}
    for start in sorted(found):
        firsts.setdefault(found[start], start)
    wave = min(firsts, key=lambda wave: (reluctance(wave, put[wave]), put[wave], wave))
    return firsts[wave]


def in_turn(wanting: Sequence[Wanting], given: Mapping[Hashable, object]) -> list[bool]:
    """Return who has a place, in the order of waiting: the greater of two leaves out nobody who comes earlier."""
    return [one.key in given for one in wanting]
