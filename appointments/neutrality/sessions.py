"""What holding a half-day at other times would change: the search for small moves of the weekly planning.

Arithmetic over past consultations: what would have been told had the same people been seen at the other time. Reads
nothing, writes nothing; the head of unit knows which rooms and colleagues are free.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from appointments.arithmetic.recurrence import HalfDay
from appointments.neutrality.arrivals import ANY_KIND, Call, Minute, Tally, Told, tally_of, told_by, wave_at, where

NOON: Minute = 12 * 60 + 45
ENOUGH = 3  # consultations of a half-day below which it is no habit


def better_moves(found: Sequence[Call], times: Sequence[Minute], *, sensitive: frozenset[str]) -> list[Proposal]:
    """Return the moves of one half-day that would have told less, the best first.

    Tried are all half-days of agendas that see a sensitive discipline: held at another half-day of the week on which
    the unit works and the agenda does not, held there every other time, or held on all such mornings (afternoons) in
    turn; at the same distance from the unit's first consultation. Better is: fewer called where most are called for
    something sensitive, else less information on who is. Two sensitive disciplines put beside each other are thus no
    gain, and turns that whoever counts weeks sees through are none either. (Not the greatest lift: it would be
    lowered by crowding everybody onto the rarest clinic's day.)
    Raises UncalledStart, NothingToMeasure.
    """
    tally, first = tally_of(found, times), openings(found)
    now = told_by(tally, sensitive=sensitive)
    proposals = []
    for agenda, days in _held(found).items():
        free = sorted(first.keys() - days.keys())
        for before, calls in days.items():
            discipline = Counter(call.discipline for call in calls).most_common(1)[0][0]
            if discipline not in sensitive or len(calls) < ENOUGH:
                continue
            for turns in _turns(before, free):
                move = Move(agenda, discipline, before, turns)
                told = told_by(_moved(tally, calls, move, first=first, times=times), sensitive=sensitive)
                proposals.append(Proposal(told, move, len(calls)))
    return sorted(each for each in proposals if each.told.is_less_than(now))


def best_of_each(proposals: Iterable[Proposal]) -> list[Proposal]:
    """Return the first proposal for each half-day, so that ten ways of moving one do not crowd out the others."""
    found: dict[tuple[int, HalfDay], Proposal] = {}
    for each in proposals:
        found.setdefault((each.move.agenda, each.move.before), each)
    return list(found.values())


def after_move(found: Sequence[Call], move: Move) -> list[Call]:
    """Return the consultations as they would have stood after `move`, for the next move on top of it."""
    first = openings(found)
    calls = _held(found)[move.agenda][move.before]
    others = [call for call in found if call.agenda != move.agenda or half_day(call) != move.before]
    return others + [after for _before, after in _shifted(calls, move, first=first)]


def half_day(call: Call) -> HalfDay:
    """Return the half-day of a consultation; afternoons begin at 12:45."""
    return HalfDay.of(call.day, is_afternoon=call.start >= NOON)


def openings(found: Iterable[Call]) -> dict[HalfDay, Minute]:
    """Return the half-days on which the unit works, with their first consultation."""
    first: dict[HalfDay, Minute] = {}
    for call in found:
        where = half_day(call)
        first[where] = min(call.start, first.get(where, call.start))
    return first


class Move(NamedTuple):
    """Hold an agenda's half-day `before` at the half-days `turns`, from one time to the next, and round again."""

    agenda: int
    discipline: str
    before: HalfDay
    turns: tuple[HalfDay, ...]


class Proposal(NamedTuple):
    """A move, what the exported list would have told after it, and how many consultations the half-day held."""

    told: Told
    move: Move
    consultations: int


def _turns(before: HalfDay, free: Sequence[HalfDay]) -> Iterator[tuple[HalfDay, ...]]:
    for other in free:
        yield (other,)
        yield before, other
    alike = [other for other in free if other.is_afternoon == before.is_afternoon]
    if len(alike) > 1:
        yield before, *alike


def _held(found: Iterable[Call]) -> dict[int, dict[HalfDay, list[Call]]]:
    held: dict[int, dict[HalfDay, list[Call]]] = defaultdict(lambda: defaultdict(list))
    for call in found:
        held[call.agenda][half_day(call)].append(call)
    return held


def _moved(
    tally: Tally, calls: Iterable[Call], move: Move, *, first: Mapping[HalfDay, Minute], times: Sequence[Minute]
) -> Tally:
    changed = tally.copy()
    for before, after in _shifted(calls, move, first=first):
        changed[where(before.day, wave_at(before.start, times)), before.discipline, ANY_KIND] -= 1
        changed[where(after.day, wave_at(after.start, times)), after.discipline, ANY_KIND] += 1
    return changed


def _shifted(calls: Iterable[Call], move: Move, *, first: Mapping[HalfDay, Minute]) -> Iterator[tuple[Call, Call]]:
    kept = list(calls)
    turn = {day: number % len(move.turns) for number, day in enumerate(sorted({call.day for call in kept}))}
    for call in kept:
        after = move.turns[turn[call.day]]
        moved_on = timedelta(days=after.weekday - move.before.weekday)
        yield call, call._replace(day=call.day + moved_on, start=call.start + first[after] - first[move.before])
