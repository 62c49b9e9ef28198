"""What a person has to do on the planning's pages so that a proposal holds: one pattern after the other. Reads only.

A proposal speaks of half-days in the weeks of a cycle; a pattern of weekdays every so many weeks. A pattern that says
nothing but what the plan wants stays; the others end, and new ones are added. Each step is done when it is so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import NamedTuple, TypeAlias

from appointments.arithmetic.recurrence import HalfDay, Rhythm, rhythm_of
from appointments.arithmetic.timegrid import time_of
from appointments.models import SessionPattern
from appointments.models.enums.planning import SessionMode
from appointments.plans.past import Minute
from appointments.plans.reading import half_of, turns_of
from appointments.plans.replay import AFTERNOON, MORNING
from appointments.plans.week import Turn, week_number

# (week of the cycle, half-day)
Place: TypeAlias = "tuple[int, HalfDay]"
LENGTH = timedelta(hours=3)
MORE_WEEKS = 4  # what is booked already lies before a new plan begins, as far as can be


class WantedPattern(NamedTuple):
    """A pattern to be added: these weekdays, every so many weeks, counted from the week `first` is in."""

    weekdays: tuple[int, ...]
    is_afternoon: bool
    every: int
    first: date

    @property
    def rhythm(self) -> Rhythm:
        return Rhythm(frozenset(self.weekdays), every=self.every)


@dataclass(frozen=True)
class AgendaSteps:
    """What is to be done in one agenda."""

    # Patterns that end before the plan begins, with whether they do.
    to_end: tuple[tuple[SessionPattern, bool], ...]
    # Patterns that begin with it, with the hours and shape of `like`, and whether they are there.
    to_add: tuple[tuple[WantedPattern, bool], ...]
    like: SessionPattern | None
    last_day: date

    @property
    def is_done(self) -> bool:
        return all(done for _one, done in self.to_end) and all(done for _one, done in self.to_add)

    def hours(self, *, is_afternoon: bool) -> tuple[time, time]:
        """Return from when to when a new pattern should be held: as the agenda's others of that half of the day."""
        alike = [one for one, _done in self.to_end if (one.start.hour >= 13) == is_afternoon]
        if alike:
            return alike[0].start, alike[0].end
        start: Minute = AFTERNOON if is_afternoon else MORNING
        return time_of(start), time_of(start + round(LENGTH / timedelta(minutes=1)))


def begin_of(asked_on: date) -> date:
    """Return the Monday on which a plan that was asked for on that day begins."""
    return asked_on - timedelta(days=asked_on.weekday()) + timedelta(weeks=MORE_WEEKS)


def steps_of(patterns: Sequence[SessionPattern], turns: Sequence[Turn], begins: date) -> AgendaSteps:
    """Return what is to be done so that these patterns of one agenda hold `turns` from `begins` on."""
    plan = {(number, half) for number, turn in enumerate(turns) for half in turn}
    own = [one for one in patterns if one.mode == SessionMode.FIXED]
    kept: set[Place] = set()
    to_end, lasting = [], []
    for one in own:
        places = places_of(one, len(turns), begins)
        if places and places <= plan and not places & kept:
            kept |= places
            lasting.append(one)
        else:
            to_end.append((one, one.last is not None and one.last < begins))
    missing = plan - kept
    # What was added for the plan stands among the patterns that stay.
    added = [(wanted_like(one, begins), True) for one in lasting if one.first >= begins]
    to_add = added + [(wanted, False) for wanted in written(missing, len(turns), begins)]
    return AgendaSteps(tuple(to_end), tuple(to_add), next(iter(own), None), begins - timedelta(days=1))


def places_of(pattern: SessionPattern, cycle: int, begins: date) -> set[Place]:
    """Return where a pattern is held once the plan has begun; nothing for one that is over then."""
    if pattern.last is not None:
        return set()
    start = max(begins, pattern.first)
    found = turns_of([pattern], cycle, start)
    if pattern.first > begins:
        # Its first week may be counted twice, the days before it not at all.
        found = turns_of([pattern], cycle, start + timedelta(weeks=cycle))
    return {(number, half) for number, turn in enumerate(found) for half in turn}


def wanted_like(pattern: SessionPattern, begins: date) -> WantedPattern:
    rhythm = rhythm_of(pattern.rule)
    is_afternoon = half_of(begins, pattern).is_afternoon
    return WantedPattern(tuple(sorted(rhythm.weekdays)), is_afternoon, rhythm.every, pattern.first)


def written(places: Iterable[Place], cycle: int, begins: date) -> list[WantedPattern]:
    """Write half-days of a cycle as patterns, the most frequent first, weekdays of one rhythm together."""
    weeks: dict[HalfDay, set[int]] = defaultdict(set)
    for number, half in places:
        weeks[half].add(number)
    together: dict[tuple[bool, int, int], list[int]] = defaultdict(list)
    for half, numbers in sorted(weeks.items()):
        left = set(numbers)
        for every in (one for one in range(1, cycle + 1) if cycle % one == 0):
            for phase in range(every):
                held = set(range(phase, cycle, every))
                if held <= left:
                    left -= held
                    together[half.is_afternoon, every, phase].append(half.weekday)
    return [
        WantedPattern(tuple(days), is_afternoon, every, _first(begins, every, phase, min(days)))
        for (is_afternoon, every, phase), days in sorted(together.items(), key=lambda one: (one[0][1], one[0]))
    ]


def _first(begins: date, every: int, phase: int, weekday: int) -> date:
    """Return the first day of a pattern: in the first week from `begins` on that is its own."""
    monday = begins - timedelta(days=begins.weekday())
    while week_number(monday) % every != phase:
        monday += timedelta(weeks=1)
    return monday + timedelta(days=weekday)
