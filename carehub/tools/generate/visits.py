"""The days of an invented house, one after the other: who is booked with whom, what becomes of it. Pure, seeded."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import NamedTuple, TypeVar

from appointments.models.enums.appointment import CancelReason, NotComeReason, Status
from carehub.tools.demo.people import Person, Population
from carehub.tools.demo.simulation import (
    CANCEL_REASONS,
    CANCELLED,
    NOT_COME_MORE,
    NOT_COME_REASONS,
    SESSION_CANCELLED,
    SUMMONED_AGAIN,
)
from carehub.tools.generate.houses import House, Opening, Practice, Years

Choice = TypeVar("Choice", bound=str)

# One half-day in seven has somebody more than it has times.
OVERBOOKED = 0.15
# A blockade of ten working days in three years (published figure), on which hardly anybody is brought.
BLOCKADE_DAYS, YEARS_A_BLOCKADE, FROZEN_OUT = 10, 3, 0.85
# Booked at most so long before; the nearer the day, the fuller it is.
LONGEST_LEAD = 20
DAYS_AS_NEWCOMER = 5
TRIES = 12


@dataclass(frozen=True)
class HalfDay:
    """A half-day that is held: its opening, and the number it bears among all of the house."""

    number: int
    opening: Opening
    day: date


class Visit(NamedTuple):
    key: uuid.UUID
    half_day: HalfDay
    person: Person
    kind: str
    starts: int
    shares_time: bool
    status: Status
    cancel_reason: str
    not_come_reason: NotComeReason | None
    follows: uuid.UUID | None
    lead: int
    wing: str


@dataclass
class Life:
    """A house from its first day to four weeks from now."""

    house: House
    years: Years
    rng: Random = field(init=False)
    population: Population = field(init=False)
    _seats: dict[Practice, float] = field(init=False)
    _taken: dict[Person, list[tuple[int, int]]] = field(init=False, default_factory=dict)
    # Who failed to come and is to be summoned again, of each discipline.
    _again: dict[str, list[tuple[Person, uuid.UUID]]] = field(init=False)
    _groups: dict[str, list[Person]] = field(init=False, default_factory=dict)
    _frozen: frozenset[date] = field(init=False)

    def __post_init__(self) -> None:
        self.rng = Random(f"CareHub {self.house.seed}")  # noqa: S311 (an invented establishment, not a secret)
        self.population = Population(self.house.site, self.years, self.rng)
        self._seats = {practice: self.house.fill(practice) for practice, _name in self.house.agendas}
        self._again = defaultdict(list)
        self._frozen = frozenset(self._blockades())

    def days(self) -> Iterator[tuple[list[HalfDay], list[Visit]]]:
        """Return the half-days of each working day and who is booked there."""
        number = 0
        for day in self.years.working_days():
            if day <= self.years.today:
                self.population.day(day)
            self._taken = defaultdict(list)
            self._groups = {}
            held = []
            for opening in self._openings(day):
                number += 1
                held.append(HalfDay(number, opening, day))
            yield held, [visit for half_day in held for visit in self._visits(half_day)]

    def _openings(self, day: date) -> Iterator[Opening]:
        weeks = (day - self.years.first).days // 7
        for opening in self.house.openings:
            if opening.weekday == day.weekday() and weeks % opening.every == 0:
                yield opening

    def _visits(self, half_day: HalfDay) -> Iterator[Visit]:
        opening, day = half_day.opening, half_day.day
        practice, _name = self.house.agendas[opening.agenda]
        days_ahead = max(0, (day - self.years.today).days)
        wanted = self._seats[practice] * max(0.0, 1 - days_ahead / (LONGEST_LEAD + 10))
        is_off = day < self.years.today and self.rng.random() < SESSION_CANCELLED
        starts = list(range(opening.hours[0], opening.hours[1] - practice.minutes + 1, practice.minutes))
        chosen = [(at, False) for at in starts if self.rng.random() < wanted]
        if chosen and not days_ahead and self.rng.random() < OVERBOOKED:
            chosen.append((self.rng.choice(starts), True))
        for at, shares_time in chosen:
            if visit := self._visit(half_day, practice, at, shares_time=shares_time, is_off=is_off):
                yield visit

    def _visit(
        self, half_day: HalfDay, practice: Practice, at: int, *, shares_time: bool, is_off: bool
    ) -> Visit | None:
        found = self._somebody(practice, half_day.day, at)
        if found is None:
            return None
        person, follows = found
        key = uuid.UUID(int=self.rng.getrandbits(128), version=4)
        status, cancel_reason, reason = self._outcome(practice, half_day.day, is_off=is_off)
        if status != Status.CANCELLED:
            self._taken[person].append((at, at + practice.minutes))
        if status == Status.NOT_COME and self.rng.random() < SUMMONED_AGAIN:
            self._again[practice.discipline].append((person, key))
        is_new = (half_day.day - person.arrived_on).days <= DAYS_AS_NEWCOMER
        kind = practice.on_arrival if is_new and practice.on_arrival else self.rng.choice(practice.kinds)
        # A summons that is cancelled makes up for nothing: the person stays to be summoned.
        if status == Status.CANCELLED:
            follows = None
        lead = int(self.rng.random() ** 2 * LONGEST_LEAD) + 1
        return Visit(
            key, half_day, person, kind, at, shares_time, status, cancel_reason, reason, follows, lead, person.wing
        )

    def _somebody(self, practice: Practice, day: date, at: int) -> tuple[Person, uuid.UUID | None] | None:
        again = self._again[practice.discipline]
        if again and day <= self.years.today:
            person, key = again.pop(0)
            if person.left_on is None and self._is_free(person, at, practice.minutes) and not self._taken[person]:
                return person, key
        group = self._group(practice)
        for _try in range(TRIES if group else 0):
            person = self.rng.choice(group)
            if self._is_free(person, at, practice.minutes):
                return person, None
        return None

    def _group(self, practice: Practice) -> list[Person]:
        """Return who comes to a practice at all, among those who are there today: the same people every time."""
        if practice.discipline not in self._groups:
            salt = len(practice.title) * 7 + practice.minutes
            limit = int(practice.share * 1000)
            self._groups[practice.discipline] = [
                person for person in self.population.present if (person.key.int >> salt) % 1000 < limit
            ]
        return self._groups[practice.discipline]

    def _is_free(self, person: Person, at: int, minutes: int) -> bool:
        return all(at >= end or at + minutes <= start for start, end in self._taken[person])

    def _outcome(self, practice: Practice, day: date, *, is_off: bool) -> tuple[Status, str, NotComeReason | None]:
        if is_off:
            return Status.CANCELLED, CancelReason.UNIT_ABSENT, None
        if self.rng.random() < CANCELLED:
            return Status.CANCELLED, self._drawn(CANCEL_REASONS), None
        if day >= self.years.today:
            return Status.BOOKED, "", None
        if day in self._frozen and self.rng.random() < FROZEN_OUT:
            return Status.NOT_COME, "", NotComeReason.FROZEN
        if self.rng.random() < self.house.not_come + NOT_COME_MORE.get(practice.discipline, 0):
            return Status.NOT_COME, "", self._drawn(NOT_COME_REASONS)
        return Status.SEEN, "", None

    def _drawn(self, shares: dict[Choice, int]) -> Choice:
        return self.rng.choices(list(shares), list(shares.values()))[0]

    def _blockades(self) -> Iterator[date]:
        days = [day for day in self.years.working_days() if day < self.years.today]
        for _each in range(int(self.years.years / YEARS_A_BLOCKADE + self.rng.random())):
            first = self.rng.randrange(max(1, len(days) - BLOCKADE_DAYS))
            yield from days[first : first + BLOCKADE_DAYS]
