"""Booking with other habits: the past half-year's visits put on other days and times, where that was possible. Pure.

Every step keeps to what a unit could have done:
- A visit stays within some days of the one on which it was, and after the day on which it was booked.
- It goes to free time only, of the same practitioner or of one who does the same for that person.
- Two visits meet only if both had been booked before the earlier of the two days: nobody foresees a booking.
- A visit booked on its own day is urgent: it keeps its day, may wait and is never brought forward, and no day of call
  is planned around it.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, timedelta
from typing import TypeAlias

from appointments.plans.past import Minute, Past, Sitting, Visit, called_at

# How many days sooner or later than it was a visit may be seen so that the person is called less often.
SOONER, LATER = 7, 5
# How far a follow-up may leave its rhythm, in days.
VARIES = 5
# Intervals of a discipline that are a rhythm: shorter ones are dressings, longer ones a new complaint.
RHYTHM = range(6, 43)
# What is freed lets others move: so often all visits are looked at again.
ROUNDS = 5
# What a call for something sensitive weighs in a group of so many people: each companion is a gain, the first most.
EXPOSED = {1: 20, 2: 6, 3: 4, 4: 3}
Group: TypeAlias = "tuple[date, Minute]"
Place: TypeAlias = "tuple[Sitting, Minute]"


class Diary:
    """The visits as they stand, with what is free; a visit that moves gives its time back."""

    def __init__(self, past: Past) -> None:
        self.visits = sorted(past.visits, key=lambda visit: (visit.day, visit.start, str(visit.person)))
        self.before = tuple(self.visits)
        self.sittings = {each.key: Sitting(*each.hours) for each in past.sittings}
        self.same = _alike(past.visits)
        self.of_person: dict[object, set[int]] = defaultdict(set)
        for number, visit in enumerate(self.visits):
            self.of_person[visit.person].add(number)
            self.sitting_of(visit).taken.append((visit.start, visit.start + visit.minutes))

    def postpone(self) -> None:
        """See whoever was booked after the day to which their half-day moved on a later day, where there is time.

        Where there is none, somebody who was booked in time and is seen as long comes in their place.
        """
        for number, visit in enumerate(self.before):
            if not visit.is_urgent and visit.booked_on >= visit.day:
                later = [day for day in self.days_on(number) if day > visit.booked_on]
                if not any(self._seen_on(number, day) for day in later):
                    self._exchange(number, later)

    def _exchange(self, number: int, later: Collection[date]) -> None:
        visit = self.visits[number]
        for other, one in enumerate(self.visits):
            is_alike = one.agenda == visit.agenda and one.minutes == visit.minutes and not one.is_urgent
            if is_alike and one.day in later and self._may(other, visit.day):
                there = self.sitting_of(one), one.start
                here = self.sitting_of(visit), visit.start
                if self._is_free_for(other, here) and self._is_free_for(number, there):
                    self.put(number, there)
                    self.put(other, here)
                    return

    def vary(self) -> None:
        """Let follow-ups leave their rhythm by some days."""
        last: dict[tuple[object, str], date] = {}
        for number, visit in enumerate(self.before):
            who = visit.person, visit.discipline
            earlier, last[who] = last.get(who), visit.day
            if earlier is None or (visit.day - earlier).days not in RHYTHM:
                continue
            by = round((2 * chance(visit.person, visit.discipline, visit.day) - 1) * VARIES)
            wanted = sorted(range(-VARIES, VARIES + 1), key=lambda one: (abs(one - by), one))
            for day in (visit.day + timedelta(days=one) for one in wanted[: VARIES + 1]):
                if day == visit.day:
                    break
                if self._may(number, day) and day not in self._days(number) and self._seen_on(number, day):
                    last[who] = day
                    break

    def regroup(self) -> None:
        """Put what stands alone on its day onto another day on which the person is called, where time is free."""
        for _round in range(ROUNDS):
            if not sum(self._regrouped(number) for number in range(len(self.visits))):
                break

    def _regrouped(self, number: int) -> bool:
        visit = self.visits[number]
        if visit.is_urgent or visit.day in self._days(number):
            return False
        others = (self.visits[other] for other in self.of_person[visit.person] if other != number)
        near = {one.day for one in others if not one.is_urgent and _foreseen(visit, one, one.day)}
        nearest = sorted(near, key=lambda day: (abs((day - visit.day).days), day))
        return any(self._may(number, day) and self._seen_on(number, day) for day in nearest)

    def company(self, times: Sequence[Minute], sensitive: Collection[str]) -> None:
        """Call nobody for something sensitive in a small group, where they or others can be called elsewhere."""
        waves = _Waves(self, times, sensitive)
        for _round in range(ROUNDS):
            before = waves.exposed()
            for group in sorted(waves.small()):
                waves.enlarge(group)
            if waves.exposed() == before:
                break
        waves.spread()

    def put(self, number: int, place: Place) -> None:
        """Give a visit another place, and its time back."""
        visit, (sitting, start) = self.visits[number], place
        self.sitting_of(visit).taken.remove((visit.start, visit.start + visit.minutes))
        sitting.taken.append((start, start + visit.minutes))
        self.visits[number] = visit._replace(
            agenda=sitting.agenda, day=sitting.day, is_afternoon=sitting.is_afternoon, start=start
        )

    def days_on(self, number: int) -> list[date]:
        """Return the days on which a visit may be, the nearest to the present one first."""
        first, now = self.before[number].day, self.visits[number].day
        days = (first + timedelta(days=by) for by in range(-SOONER, LATER + 1))
        return sorted((day for day in days if day == now or self._may(number, day)), key=lambda day: abs(day - now))

    def places(self, number: int, day: date) -> Iterator[Place]:
        """Return the free times of that day, at which the person is not seen already."""
        visit, first = self.visits[number], self.before[number]
        for agenda in self.same(visit):
            for is_afternoon in (visit.is_afternoon, not visit.is_afternoon):
                sitting = self.sittings.get((agenda, day, is_afternoon))
                for start in sitting.free(visit.minutes) if sitting is not None else ():
                    is_early = visit.is_urgent and start < first.start
                    if sitting is not None and not is_early and self._is_free_for(number, (sitting, start)):
                        yield sitting, start

    def _is_free_for(self, number: int, place: Place) -> bool:
        """Whether the person is seen for nothing else then."""
        (sitting, start), minutes = place, self.visits[number].minutes
        others = (self.visits[one] for one in self.of_person[self.visits[number].person] if one != number)
        return all(
            one.day != sitting.day or one.start + one.minutes <= start or start + minutes <= one.start for one in others
        )

    def sitting_of(self, visit: Visit) -> Sitting:
        return self.sittings[visit.agenda, visit.day, visit.is_afternoon]

    def adds_a_day(self, number: int, day: date) -> bool:
        """Whether the person would be called on a day more than now."""
        others = self._days(number)
        return day not in others and self.visits[number].day in others

    def _seen_on(self, number: int, day: date) -> bool:
        """Put a visit on a day, next to what the person has then; False where nothing is free."""
        visit = self.visits[number]
        beside = [self.visits[one].start for one in self.of_person[visit.person] if self.visits[one].day == day]
        places = list(self.places(number, day))
        if not places:
            return False
        self.put(number, min(places, key=lambda one: (min((abs(one[1] - at) for at in beside), default=0), one[1])))
        return True

    def _days(self, number: int) -> set[date]:
        """Return the other days on which the person is called."""
        return {self.visits[other].day for other in self.of_person[self.visits[number].person] if other != number}

    def _may(self, number: int, day: date) -> bool:
        first = self.before[number]
        if first.is_urgent:
            return day == first.day
        return day > first.booked_on and -SOONER <= (day - first.day).days <= LATER


class _Waves:
    """Who is called together; moves visits as long as fewer are called for something sensitive in a small group."""

    def __init__(self, diary: Diary, times: Sequence[Minute], sensitive: Collection[str]) -> None:
        self.diary, self.times, self.sensitive = diary, times, sensitive
        self.groups: dict[Group, set[int]] = defaultdict(set)
        self.of_day: dict[date, set[int]] = defaultdict(set)
        for number, visit in enumerate(diary.visits):
            self.groups[self._group(visit)].add(number)
            self.of_day[visit.day].add(number)

    def exposed(self) -> int:
        return sum(map(self._exposed, self.groups.values()))

    def small(self) -> list[Group]:
        return [group for group, numbers in self.groups.items() if self._exposed(numbers)]

    def enlarge(self, group: Group) -> None:
        """Call the sensitive ones of a small group elsewhere, else others with them, as long as either helps."""
        for number in sorted(self.groups[group]):
            if self.diary.visits[number].discipline in self.sensitive:
                self._join(number)
        if self._exposed(self.groups[group]):
            for number in self._could_come(group):
                if not self._exposed(self.groups[group]):
                    break
                self._fetch(number, group)

    def spread(self) -> None:
        """Call people at the weekday and time, within their days, at which it tells least what they come for.

        That lowers the mutual information of disciplines and places on the list, of which only two places change.
        """
        self.called = Counter(self._place(visit) for visit in self.diary.visits)
        self.secret = Counter((self._place(visit), visit.discipline) for visit in self.diary.visits)
        for number, visit in enumerate(self.diary.visits):
            if visit.is_urgent:
                continue
            days = self.diary.days_on(number) if visit.discipline in self.sensitive else [visit.day]
            best, least = None, 0.0
            for day in days:
                for place in self.diary.places(number, day):
                    more = self._tells(visit, (day.weekday(), called_at(place[1], self.times)))
                    if more < least and self._may_join(number, (day, called_at(place[1], self.times))):
                        best, least = place, more
            if best is not None:
                self._move(number, best)

    def _move(self, number: int, place: Place) -> None:
        before = self.diary.visits[number]
        self._put(number, place)
        for visit, by in ((before, -1), (self.diary.visits[number], 1)):
            self.called[self._place(visit)] += by
            self.secret[self._place(visit), visit.discipline] += by

    def _tells(self, visit: Visit, there: tuple[int, Minute]) -> float:
        """Return by how much more is told, in bits of all calls, if one is called at another place on the list."""
        here = self._place(visit)
        if here == there:
            return 0.0
        moves = [
            (self.secret[here, visit.discipline], -1, 1),
            (self.secret[there, visit.discipline], 1, 1),
            (self.called[here], -1, -1),
            (self.called[there], 1, -1),
        ]
        return sum(sign * (_bits(number + by) - _bits(number)) for number, by, sign in moves)

    def _may_join(self, number: int, there: Group) -> bool:
        return not self.diary.adds_a_day(number, there[0]) and self._gain(number, there) >= 0

    def _place(self, visit: Visit) -> tuple[int, Minute]:
        return visit.day.weekday(), called_at(visit.start, self.times)

    def _join(self, number: int) -> None:
        """Move one to where fewest are exposed, the nearest day of equal ones."""
        best, gained = None, 0
        for day in self.diary.days_on(number):
            for sitting, start in self.diary.places(number, day):
                gain = self._gain(number, (day, called_at(start, self.times)))
                if gain > gained:
                    best, gained = (sitting, start), gain
        if best is not None:
            self._put(number, best)

    def _fetch(self, number: int, group: Group) -> None:
        """Move one into a group if that exposes fewer."""
        if self._gain(number, group) > 0:
            places = self.diary.places(number, group[0])
            here = next((place for place in places if called_at(place[1], self.times) == group[1]), None)
            if here is not None:
                self._put(number, here)

    def _could_come(self, group: Group) -> list[int]:
        """Return the visits that may be called with a group: of the same day first, then of the nearest."""
        day, _at = group
        visits = self.diary.visits
        held = [visits[number] for number in self.groups[group] if visits[number].discipline in self.sensitive]
        urgent = max((one.start for one in held if one.is_urgent), default=0)
        known = max(one.booked_on for one in held)
        found = []
        for other in (day + timedelta(days=by) for by in sorted(range(-LATER, SOONER + 1), key=abs)):
            for number in sorted(self.of_day[other]):
                one = visits[number]
                if other == day:
                    # Whom an urgent call meets is still to be called when it is known.
                    if number not in self.groups[group] and one.start >= urgent:
                        found.append(number)
                elif day in self.diary.days_on(number) and known < min(day, other):
                    found.append(number)
        return found

    def _gain(self, number: int, there: Group) -> int:
        """Return by how much fewer are exposed if one is called there; nothing where that costs a day of call."""
        own = self._group(self.diary.visits[number])
        if there == own or self.diary.adds_a_day(number, there[0]):
            return 0
        left, joined = self.groups[own], self.groups[there]
        after = self._exposed(left - {number}) + self._exposed(joined | {number})
        return self._exposed(left) + self._exposed(joined) - after

    def _exposed(self, numbers: Collection[int]) -> int:
        visits = [self.diary.visits[number] for number in numbers]
        secret = sum(visit.discipline in self.sensitive for visit in visits)
        return secret and secret * EXPOSED.get(len({visit.person for visit in visits}), 0)

    def _put(self, number: int, place: Place) -> None:
        before = self.diary.visits[number]
        self.groups[self._group(before)].remove(number)
        self.of_day[before.day].remove(number)
        self.diary.put(number, place)
        after = self.diary.visits[number]
        self.groups[self._group(after)].add(number)
        self.of_day[after.day].add(number)

    def _group(self, visit: Visit) -> Group:
        return visit.day, called_at(visit.start, self.times)


def _bits(number: int) -> float:
    return number * math.log2(number) if number else 0.0


def chance(*what: object) -> float:
    """Return a number from 0 to 1 that is always the same for the same things."""
    digest = hashlib.blake2b(repr(what).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def _foreseen(one: Visit, other: Visit, day: date) -> bool:
    """Whether both were booked before either took place."""
    return max(one.booked_on, other.booked_on) < min(one.day, day)


def _alike(visits: Sequence[Visit]) -> Callable[[Visit], Sequence[int]]:
    """Return which agendas may see a visit: its own, and others of the discipline that have seen the person."""
    seen: dict[tuple[object, str], set[int]] = defaultdict(set)
    for visit in visits:
        seen[visit.person, visit.discipline].add(visit.agenda)

    def same(visit: Visit) -> Sequence[int]:
        return [visit.agenda, *sorted(seen[visit.person, visit.discipline] - {visit.agenda})]

    return same
