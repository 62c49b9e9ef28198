"""How the people called on one day pass through the unit: escorted there, waiting, seen, brought back. Pure.

Measures of what a floor can learn from hours need hours as they are: a wait grows with the room, the length of a
consultation depends on its kind and has a long tail, and people go back in groups, whatever kept them. Lengths and
shares are assumptions. Chance comes from each call's own number, so that two loads of one day agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from appointments.models.enums.planning import Discipline

# Of the planned length: the median share, and how far the lengths spread around it (of a lognormal draw).
LENGTHS = {
    Discipline.NURSING: (0.9, 0.55),
    Discipline.GENERAL: (0.9, 0.45),
    Discipline.PSYCHIATRY: (1.0, 0.4),
    Discipline.PSYCHOLOGY: (1.0, 0.2),
    Discipline.DENTISTRY: (1.0, 0.5),
    Discipline.PHYSIOTHERAPY: (1.0, 0.12),
}
OTHER_LENGTHS = (1.0, 0.35)
SHORTEST, LONGEST = 2.0, 150.0
# Officers tell the floor a quarter of an hour before; a floor brings its people together, some minutes after the hour.
TOLD_BEFORE, BROUGHT_AFTER = 15.0, (1.0, 18.0, 6.0)
# Some come alone and late: from the workshop, the yard, a visit.
LATE, LATE_BY = 0.07, (12.0, 50.0)
# Somebody who is there may be seen before their time when nobody else is.
EARLY = 15.0
# Whoever is done waits for others of their building, or until an officer is free; some are forgotten until later.
GROUP, GROUP_WAITS, FORGOTTEN, FORGOTTEN_FOR = 4, (3.0, 30.0, 9.0), 0.03, (25.0, 80.0)
WALK = (3.0, 9.0)


@dataclass(frozen=True)
class QueuedCall:
    """Somebody called to the unit. Without a length: brought, and taken back unseen."""

    key: int
    called_at: datetime
    starts_at: datetime
    minutes: float
    discipline: Discipline
    agenda: Hashable
    building: Hashable


@dataclass
class Passage:
    """When each step of a call was made."""

    told: datetime
    left: datetime
    arrived: datetime
    started: datetime
    ended: datetime
    back: datetime


def passages(calls: Iterable[QueuedCall]) -> dict[int, Passage]:
    """Let the day's calls happen; return when each step was made, by the calls' keys."""
    calls = sorted(calls, key=lambda call: (call.starts_at, call.key))
    done = {call.key: _brought(call) for call in calls}
    for agenda in _grouped(calls, lambda call: call.agenda):
        _see(agenda, done)
    for building in _grouped(calls, lambda call: call.building):
        _bring_back(building, done)
    return done


def _brought(call: QueuedCall) -> Passage:
    """Bring somebody with the others of their building who are called at that hour, or late and alone."""
    together, own = _chance("group", call.called_at.isoformat(), call.building), _chance("own", call.key)
    told = call.called_at + _minutes(own.uniform(-4, 4) - TOLD_BEFORE)
    arrived = call.called_at + _minutes(together.triangular(*BROUGHT_AFTER) + own.uniform(0, 3))
    if own.random() < LATE:
        arrived += _minutes(own.uniform(*LATE_BY))
    left = max(told + _minutes(1), arrived - _minutes(own.uniform(*WALK)))
    return Passage(told, left, arrived, arrived, arrived, arrived)


def _see(calls: list[QueuedCall], done: dict[int, Passage]) -> None:
    """See those of one agenda: of those who are there always the one whose time comes first."""
    waiting = [call for call in calls if call.minutes]
    free = min((call.starts_at for call in waiting), default=None)
    while waiting and free is not None:
        there = [call for call in waiting if done[call.key].arrived <= free]
        call = there[0] if there else min(waiting, key=lambda each: (done[each.key].arrived, each.key))
        passage = done[call.key]
        passage.started = max(free, passage.arrived + _minutes(1), call.starts_at - _minutes(EARLY))
        passage.ended = passage.started + _minutes(_length(call))
        free = passage.ended + _minutes(1)
        waiting.remove(call)


def _length(call: QueuedCall) -> float:
    median, spread = LENGTHS.get(call.discipline, OTHER_LENGTHS)
    drawn = call.minutes * median * _chance("length", call.key).lognormvariate(0, spread)
    return min(max(drawn, SHORTEST), LONGEST)


def _bring_back(calls: list[QueuedCall], done: dict[int, Passage]) -> None:
    """Bring those of one building back: who is done first waits for others, but not for ever."""
    ready = sorted((done[call.key].ended + _forgotten(call), call.key) for call in calls)
    while ready:
        first, key = ready[0]
        chance = _chance("back", key)
        leaves = first + _minutes(chance.triangular(*GROUP_WAITS))
        group = [one for one in ready if one[0] <= leaves][:GROUP]
        if len(group) == GROUP:
            leaves = group[-1][0]
        back = leaves + _minutes(chance.uniform(*WALK))
        for _since, member in group:
            done[member].back = back
        ready = ready[len(group) :]


def _forgotten(call: QueuedCall) -> timedelta:
    chance = _chance("forgotten", call.key)
    return _minutes(chance.uniform(*FORGOTTEN_FOR) if chance.random() < FORGOTTEN else 0)


def _grouped(calls: list[QueuedCall], by: Callable[[QueuedCall], Hashable]) -> list[list[QueuedCall]]:
    groups: dict[Hashable, list[QueuedCall]] = defaultdict(list)
    for call in calls:
        groups[by(call)].append(call)
    return list(groups.values())


def _chance(*words: object) -> Random:
    return Random(f"CareHub queue {' '.join(map(str, words))}")  # noqa: S311 (an invented day, not a secret)


def _minutes(number: float) -> timedelta:
    return timedelta(seconds=round(number * 60))
