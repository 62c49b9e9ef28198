"""The past half-year again, under another plan: the same people ask for the same, and are seen at other times. Pure.

Three things may differ. Half-days stand elsewhere (`moved`); a visit is put on a day on which the person is called
already (`regrouped`), and follow-ups keep varied intervals (`varied`), both within the days that care allows and
only into time that was free. Nobody is seen before the day after they were booked.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple, TypeAlias
from uuid import UUID

from appointments.arithmetic.recurrence import HalfDay
from appointments.plans.week import Turns, week_number

Minute: TypeAlias = int
Key: TypeAlias = "tuple[int, date, bool]"

# How many days sooner or later than it was a visit may be seen so that the person is called less often.
SOONER, LATER = 7, 5
# How far a follow-up may leave its rhythm, in days.
VARIES = 5
# Intervals of a discipline that are a rhythm: shorter ones are dressings, longer ones a new complaint.
RHYTHM = range(6, 43)
# People called together, below which each is nearly alone.
FEW = 5
MORNING: Minute = 9 * 60
AFTERNOON: Minute = 14 * 60


class Visit(NamedTuple):
    """One consultation of the past for which somebody was called."""

    person: UUID | int
    day: date
    start: Minute
    minutes: int
    discipline: str
    kind: int | str
    agenda: int
    is_afternoon: bool
    # The day on which it was booked: before it nobody knew of it.
    booked_on: date


@dataclass
class Sitting:
    """One half-day that an agenda held, and what is taken of it."""

    agenda: int
    day: date
    is_afternoon: bool
    start: Minute
    end: Minute
    slot: int
    taken: list[tuple[Minute, Minute]] = field(default_factory=list)

    @property
    def key(self) -> Key:
        return self.agenda, self.day, self.is_afternoon

    @property
    def half(self) -> HalfDay:
        return HalfDay.of(self.day, is_afternoon=self.is_afternoon)

    def is_free(self, start: Minute, minutes: int) -> bool:
        if start < self.start or start + minutes > self.end:
            return False
        return all(end <= start or start + minutes <= begin for begin, end in self.taken)

    def free(self, minutes: int) -> Iterator[Minute]:
        for start in sorted({*range(self.start, self.end, self.slot), *(end for _begin, end in self.taken)}):
            if self.is_free(start, minutes):
                yield start


@dataclass(frozen=True)
class Past:
    """What was held and who was called."""

    sittings: Sequence[Sitting]
    visits: Sequence[Visit]


class Habits(NamedTuple):
    """Which of the levers that ask nobody to move are used while booking."""

    regroups: bool = False
    varies: bool = False
    # Nobody sensitive is left in a small group while the same half-day has time in a larger one.
    accompanies: bool = False


AS_BEFORE = Habits()
ALL_HABITS = Habits(regroups=True, varies=True, accompanies=True)


def replay(
    past: Past,
    turns: Turns | None,
    habits: Habits = AS_BEFORE,
    *,
    times: Sequence[Minute] = (),
    sensitive: Collection[str] = (),
) -> Past:
    """Return the half-year as it would have been, called at `times`."""
    found = moved(past, turns) if turns is not None else past
    if not any(habits):
        return found
    diary = _Diary(found)
    if habits.varies:
        diary.vary()
    if habits.regroups:
        diary.regroup()
    if habits.accompanies and times:
        diary.accompany(times, sensitive)
        diary.keep_company(times, sensitive)
    return Past(found.sittings, diary.visits)


# --- Half-days elsewhere ------------------------------------------------------------------------------


def moved(past: Past, turns: Turns) -> Past:
    """Put each sitting where the plan has it; its people come with it, at the same distance from its beginning."""
    open_days = {each.day for each in past.sittings}
    hours = usual_hours(past.sittings)
    places: dict[Key, Sitting] = {}
    for agenda, held in _by_agenda(past.sittings).items():
        plan = turns.get(agenda)
        for old, day, is_afternoon in _placed(held, plan, open_days) if plan else _as_they_are(held):
            start = old.start
            if is_afternoon != old.is_afternoon or day != old.day:
                start = hours.get((agenda, is_afternoon), hours[None, is_afternoon])
                start = old.start if is_afternoon == old.is_afternoon else start
            places[old.key] = Sitting(agenda, day, is_afternoon, start, start + old.end - old.start, old.slot)
    begun = {each.key: each.start for each in past.sittings}
    visits = []
    for visit in past.visits:
        key = visit.agenda, visit.day, visit.is_afternoon
        place = places[key]
        start = visit.start + place.start - begun[key]
        visits.append(visit._replace(day=place.day, is_afternoon=place.is_afternoon, start=start))
    return Past(list(places.values()), visits)


def called_at(start: Minute, times: Sequence[Minute]) -> Minute:
    """Return the latest of `times`, in order, that is not after `start`; the first for whoever is earlier still."""
    return times[max(0, bisect_right(times, start) - 1)]


def usual_hours(sittings: Sequence[Sitting]) -> dict[tuple[int | None, bool], Minute]:
    """Return when each agenda begins its mornings and afternoons, and when the unit as a whole (None) does."""
    starts: dict[tuple[int | None, bool], list[Minute]] = defaultdict(list)
    for each in sittings:
        starts[each.agenda, each.is_afternoon].append(each.start)
        starts[None, each.is_afternoon].append(each.start)
    found = {who: sorted(begun)[len(begun) // 2] for who, begun in starts.items()}
    return {(None, False): MORNING, (None, True): AFTERNOON} | found


def _by_agenda(sittings: Iterable[Sitting]) -> dict[int, list[Sitting]]:
    found: dict[int, list[Sitting]] = defaultdict(list)
    for each in sorted(sittings, key=lambda one: (one.day, one.is_afternoon)):
        found[each.agenda].append(each)
    return found


def _as_they_are(held: Iterable[Sitting]) -> Iterator[tuple[Sitting, date, bool]]:
    for each in held:
        yield each, each.day, each.is_afternoon


def _placed(
    held: Sequence[Sitting], plan: Sequence[Collection[HalfDay]], open_days: Collection[date]
) -> Iterator[tuple[Sitting, date, bool]]:
    """Match each week's sittings with the plan's half-days of that week: those that stay first, the others in order."""
    weeks: dict[int, list[Sitting]] = defaultdict(list)
    for each in held:
        weeks[_planned_week(week_number(each.day), plan)].append(each)
    for number, sittings in sorted(weeks.items()):
        monday = date.fromordinal(number * 7 + 1)
        wanted = [(monday + timedelta(days=half.weekday), half.is_afternoon) for half in plan[number % len(plan)]]
        free = sorted(place for place in wanted if place[0] in open_days)
        left = []
        for each in sittings:
            if (each.day, each.is_afternoon) in free:
                free.remove((each.day, each.is_afternoon))
                yield each, each.day, each.is_afternoon
            else:
                left.append(each)
        taken = {(each.day, each.is_afternoon) for each in sittings if each not in left}
        for each in left:
            place = next((one for one in _spread(free, each) if one not in taken), (each.day, each.is_afternoon))
            taken.add(place)
            yield each, *place


def _spread(free: Sequence[tuple[date, bool]], each: Sitting) -> list[tuple[date, bool]]:
    """Return the free places in an order of its own for each sitting, so that no weekday is always filled first."""
    return sorted(free, key=lambda place: _chance(each.agenda, each.day, *place))


def _planned_week(number: int, plan: Sequence[Collection[HalfDay]]) -> int:
    """Return the week of the plan that takes up the sittings of a past week: itself, or the nearest that has any."""
    for by in range(len(plan)):
        for one in (number + by, number - by):
            if plan[one % len(plan)]:
                return one
    return number


def _chance(*what: object) -> float:
    """Return a number from 0 to 1 that is always the same for the same things."""
    digest = hashlib.blake2b(repr(what).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


# --- Booking with other habits ------------------------------------------------------------------------


class _Diary:
    """The visits as they stand, with what is free; a visit that moves gives its time back."""

    def __init__(self, past: Past) -> None:
        self.visits = sorted(past.visits, key=lambda visit: (visit.day, visit.start, str(visit.person)))
        self.sittings = {each.key: Sitting(*_blank(each)) for each in past.sittings}
        self.same = _alike(past.visits)
        self.of_person: dict[object, set[int]] = defaultdict(set)
        for number, visit in enumerate(self.visits):
            self.of_person[visit.person].add(number)
            self._sitting(visit).taken.append((visit.start, visit.start + visit.minutes))

    def regroup(self) -> None:
        """Put what stands alone on its day onto another day on which the person is called, where time is free."""
        for number, visit in enumerate(self.visits):
            days = self._days(number)
            if visit.day in days:
                continue
            near = [day for day in days if self._may(visit, day)]
            for day in sorted(near, key=lambda day: (abs((day - visit.day).days), day)):
                if self._put(number, self._places(visit, day)):
                    break

    def vary(self) -> None:
        """Let follow-ups leave their rhythm by some days."""
        last: dict[tuple[object, str], date] = {}
        for number, visit in enumerate(self.visits):
            who = visit.person, visit.discipline
            before, last[who] = last.get(who), visit.day
            if before is None or (visit.day - before).days not in RHYTHM:
                continue
            by = round((2 * _chance(visit.person, visit.discipline, visit.day) - 1) * VARIES)
            wanted = sorted(range(-VARIES, VARIES + 1), key=lambda one: (abs(one - by), one))
            for one in wanted[: VARIES + 1]:
                day = visit.day + timedelta(days=one)
                if day == visit.day:
                    break
                if (
                    day > visit.booked_on
                    and day not in self._days(number)
                    and self._put(number, self._places(visit, day))
                ):
                    last[who] = day
                    break

    def accompany(self, times: Sequence[Minute], sensitive: Collection[str]) -> None:
        """Give whoever is called for something sensitive in a small group another time, in a larger one.

        The same day if there is one, else the nearest; what leaves a group may make it small, so it is done twice.
        """
        groups: dict[tuple[date, Minute], Counter[object]] = defaultdict(Counter)
        for visit in self.visits:
            groups[visit.day, called_at(visit.start, times)][visit.person] += 1
        for number in [*range(len(self.visits))] * 2:
            visit = self.visits[number]
            own = visit.day, called_at(visit.start, times)
            if visit.discipline not in sensitive or len(groups[own]) >= FEW:
                continue
            for day in self._near(visit):
                better = (
                    (sitting, start)
                    for sitting, start in self._places(visit, day)
                    if len({visit.person, *groups[day, called_at(start, times)]}) >= FEW
                )
                if self._put(number, better):
                    groups[own] = groups[own] - Counter([visit.person])
                    after = self.visits[number]
                    groups[after.day, called_at(after.start, times)][after.person] += 1
                    break

    def keep_company(self, times: Sequence[Minute], sensitive: Collection[str]) -> None:
        """Call others of that day, who come for nothing sensitive, together with whoever is left in a small group."""
        groups: dict[tuple[date, Minute], set[int]] = defaultdict(set)
        for number, visit in enumerate(self.visits):
            groups[visit.day, called_at(visit.start, times)].add(number)
        for (day, at), group in sorted(groups.items()):
            if not any(self.visits[number].discipline in sensitive for number in group):
                continue
            for other in sorted(set().union(*(groups[each] for each in groups if each[0] == day and each[1] != at))):
                if len(self._people(group)) >= FEW:
                    break
                self._fetch(other, groups, (day, at), times, sensitive)

    def _fetch(
        self,
        number: int,
        groups: dict[tuple[date, Minute], set[int]],
        there: tuple[date, Minute],
        times: Sequence[Minute],
        sensitive: Collection[str],
    ) -> None:
        """Move one visit into a group unless it is needed where it is."""
        visit = self.visits[number]
        own = visit.day, called_at(visit.start, times)
        left = groups[own] - {number}
        needed = any(self.visits[each].discipline in sensitive for each in left) and len(self._people(left)) < FEW
        if visit.discipline in sensitive or needed:
            return
        here = (fit for fit in self._places(visit, visit.day) if called_at(fit[1], times) == there[1])
        if self._put(number, here):
            groups[own].remove(number)
            groups[there].add(number)

    def _people(self, numbers: Iterable[int]) -> set[object]:
        return {self.visits[number].person for number in numbers}

    def _near(self, visit: Visit) -> list[date]:
        days = (visit.day + timedelta(days=by) for by in sorted(range(-SOONER, LATER + 1), key=abs))
        return [day for day in days if day == visit.day or self._may(visit, day)]

    def _days(self, number: int) -> set[date]:
        """Return the other days on which the person is called."""
        return {self.visits[other].day for other in self.of_person[self.visits[number].person] if other != number}

    def _may(self, visit: Visit, day: date) -> bool:
        return day > visit.booked_on and -SOONER <= (day - visit.day).days <= LATER

    def _places(self, visit: Visit, day: date) -> Iterator[tuple[Sitting, Minute]]:
        """Return the free times of that day with the same practitioner, or one who does the same for that person."""
        for agenda in self.same(visit):
            for is_afternoon in (visit.is_afternoon, not visit.is_afternoon):
                sitting = self.sittings.get((agenda, day, is_afternoon))
                if sitting is not None:
                    yield from ((sitting, start) for start in sitting.free(visit.minutes))

    def _put(self, number: int, places: Iterable[tuple[Sitting, Minute]]) -> bool:
        visit = self.visits[number]
        theirs = [self.visits[other] for other in self.of_person[visit.person] if other != number]
        ends = visit.minutes
        fits = [
            (sitting, start)
            for sitting, start in places
            if all(v.day != sitting.day or v.start + v.minutes <= start or start + ends <= v.start for v in theirs)
        ]
        if not fits:
            return False
        beside = [v.start for v in theirs if v.day == fits[0][0].day]
        sitting, start = min(fits, key=lambda fit: (min((abs(fit[1] - at) for at in beside), default=0), fit[1]))
        self._sitting(visit).taken.remove((visit.start, visit.start + visit.minutes))
        sitting.taken.append((start, start + visit.minutes))
        self.visits[number] = visit._replace(
            agenda=sitting.agenda, day=sitting.day, is_afternoon=sitting.is_afternoon, start=start
        )
        return True

    def _sitting(self, visit: Visit) -> Sitting:
        return self.sittings[visit.agenda, visit.day, visit.is_afternoon]


def _blank(each: Sitting) -> tuple[int, date, bool, Minute, Minute, int]:
    return each.agenda, each.day, each.is_afternoon, each.start, each.end, each.slot


def _alike(visits: Sequence[Visit]) -> Callable[[Visit], Sequence[int]]:
    """Return which agendas may see a visit: its own, and others of the discipline that have seen the person."""
    seen: dict[tuple[object, str], set[int]] = defaultdict(set)
    for visit in visits:
        seen[visit.person, visit.discipline].add(visit.agenda)

    def same(visit: Visit) -> Sequence[int]:
        return [visit.agenda, *sorted(seen[visit.person, visit.discipline] - {visit.agenda})]

    return same
