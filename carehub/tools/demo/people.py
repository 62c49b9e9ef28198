"""The invented people of one establishment: who arrives, who moves to another cell, who leaves. Pure arithmetic."""

from __future__ import annotations

import math
import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from carehub.tools.demo.days import Calendar, next_working_day
from carehub.tools.demo.names import first_names, last_names
from carehub.tools.demo.sites import Site, Wing

BEDS = 2
BEDS_WHEN_CROWDED = 3
DAYS_AMONG_ARRIVALS = 8
DAYS_BETWEEN_CELL_CHANGES = 42
# One arrival in forty bears the name of somebody who is there, half of them of the same age.
HOMONYMS = 0.025
FIRST_NUMBER = 4000
YOUNGEST, OLDEST, MEDIAN_AGE, SPREAD_OF_AGE = 18, 78, 32, 0.33


@dataclass(eq=False)
class Person:
    """One invented person, and when they leave (which nobody in the simulation knows before)."""

    key: uuid.UUID
    number: str
    last_name: str
    first_name: str
    birth_date: date
    arrived_on: date
    leaves_on: date
    wing: str = ""
    cell: str = ""
    left_on: date | None = None


@dataclass(frozen=True)
class Changes:
    arrived: list[Person]
    left: list[Person]
    moved: list[Person]
    unchanged: int


class Population:
    def __init__(self, site: Site, calendar: Calendar, rng: Random) -> None:
        self.site = site
        self.calendar = calendar
        self.rng = rng
        self.present: list[Person] = []
        self.gone: list[Person] = []
        self._number = FIRST_NUMBER
        self._beds: Counter[tuple[str, str]] = Counter()
        self._wings = {wing.name: wing for wing in site.wings}
        self._cells = {wing.name: cells_of(wing) for wing in site.wings}
        for arrived_on, leaves_on in self._stays_under_way():
            self._receive(arrived_on, leaves_on, among_arrivals=False)

    @property
    def everybody(self) -> list[Person]:
        left = [person for person in self.gone if person.left_on and person.left_on >= self.calendar.first]
        return [*self.present, *left]

    def day(self, day: date) -> Changes:
        left = [person for person in self.present if person.leaves_on <= day]
        for person in left:
            self._release(person, day)
        arrived = []
        for _each in range(rounded_at_random(self.site.arrivals_a_day, self.rng)):
            leaves_on = next_working_day(day + timedelta(days=max(1, round(self._stay(self._median)))))
            arrived.append(self._receive(day, leaves_on, among_arrivals=True))
        moved = self._move_some(day)
        return Changes(arrived, left, moved, unchanged=len(self.present) - len(arrived) - len(moved))

    @property
    def _median(self) -> float:
        return math.log(self.site.median_stay)

    def _stay(self, mu: float) -> float:
        return self.rng.lognormvariate(mu, self.site.spread_of_stay)

    def _stays_under_way(self) -> list[tuple[date, date]]:
        """Stays seen on the first day: long ones are over-represented among them, and partly over already."""
        stays = []
        for _each in range(self.site.people):
            days = self._stay(self._median + self.site.spread_of_stay**2)
            past = days * self.rng.random()
            arrived_on = self.calendar.opens - timedelta(days=1 + round(past))
            leaves_on = next_working_day(self.calendar.opens + timedelta(days=round(days - past)))
            stays.append((arrived_on, leaves_on))
        return sorted(stays)

    def _receive(self, arrived_on: date, leaves_on: date, *, among_arrivals: bool) -> Person:
        last_name, first_name, birth_date = self._identity()
        self._number += 1 + int(self.rng.random() * 3)
        person = Person(
            key=uuid.UUID(int=self.rng.getrandbits(128), version=4),
            number=f"{self._number:0{self.site.number_width}d}",
            last_name=last_name,
            first_name=first_name,
            birth_date=birth_date,
            arrived_on=arrived_on,
            leaves_on=leaves_on,
        )
        self._settle(person, [wing.name for wing in self.site.wings if wing.receives == among_arrivals])
        self.present.append(person)
        return person

    def _identity(self) -> tuple[str, str, date]:
        age = min(OLDEST, max(YOUNGEST, self.rng.lognormvariate(math.log(MEDIAN_AGE), SPREAD_OF_AGE)))
        birth_date = self.calendar.opens - timedelta(days=round(age * 365.25))
        if self.present and self.rng.random() < HOMONYMS:
            other = self.rng.choice(self.present)
            if self.rng.random() < 0.5:
                birth_date = other.birth_date + timedelta(days=self.rng.randint(-60, 60))
            return other.last_name, other.first_name, birth_date
        return common(last_names(), self.rng), common(first_names(), self.rng), birth_date

    def _settle(self, person: Person, wings: list[str]) -> None:
        """Give the person a bed in one of `wings`; a third mattress where all cells are full."""
        places = [(wing, cell) for wing in wings for cell in self._cells[wing]]
        free = [place for place in places if self._beds[place] < BEDS]
        free = free or [place for place in places if self._beds[place] < BEDS_WHEN_CROWDED] or places
        if person.cell:
            self._beds[person.wing, person.cell] -= 1
        person.wing, person.cell = self.rng.choice(free)
        self._beds[person.wing, person.cell] += 1

    def _release(self, person: Person, day: date) -> None:
        self.present.remove(person)
        self._beds[person.wing, person.cell] -= 1
        person.left_on = day
        self.gone.append(person)

    def _move_some(self, day: date) -> list[Person]:
        lodging = [wing.name for wing in self.site.wings if not wing.receives] or [self.site.wings[0].name]
        settled = day - timedelta(days=DAYS_AMONG_ARRIVALS)
        moved = [p for p in self.present if self._wings[p.wing].receives and p.arrived_on <= settled]
        others = [person for person in self.present if not self._wings[person.wing].receives]
        wanted = rounded_at_random(len(others) / DAYS_BETWEEN_CELL_CHANGES * 7 / 5, self.rng)
        moved += self.rng.sample(others, min(wanted, len(others)))
        for person in moved:
            self._settle(person, lodging)
        return moved


def cells_of(wing: Wing) -> list[str]:
    """Return the names of the cells of a wing, like A-2-214."""
    numbers = range(1, wing.cells_per_floor + 1)
    return [f"{wing.prefix}-{floor}-{floor}{number:02d}" for floor in wing.floors for number in numbers]


def common(names: list[str], rng: Random) -> str:
    """Return one of `names`; the first of them come more often."""
    return names[int(len(names) * rng.random() ** 1.6)]


def rounded_at_random(mean: float, rng: Random) -> int:
    """Return a whole number that is `mean` on average."""
    return int(mean) + (rng.random() < mean % 1)
