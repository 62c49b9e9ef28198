"""The sizes and weeks of invented establishments of a whole country: only data and arithmetic.

Half-days a week, lengths, visits a person and year, who fails to come and why: published figures on French prisons and
assumptions where none was found, the same that carehub.tools.demo.sites and simulation rest on.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from random import Random

from appointments.models.enums.planning import Discipline
from carehub.tools.demo.days import Calendar, is_working_day
from carehub.tools.demo.sites import DETENTION_CENTRE, REMAND, Site, Wing

MORNING, AFTERNOON = (525, 705), (840, 1020)
HALF_DAYS_A_WEEK = 10
# The figures of a week are those of so many people.
USUAL_PEOPLE = 600
# Nobody is asked so late, or summoned again so often, that this much more would not be wanted.
SUMMONED_AGAIN_SHARE = 0.13
FEW = 200


@dataclass(frozen=True)
class Practice:
    """What a discipline does in a week for 600 people."""

    discipline: Discipline
    title: str
    minutes: int
    half_days: float
    # Visits a person and year, over everybody; `share` of the people are those who come at all.
    visits: float
    share: float = 1
    kinds: tuple[str, ...] = ("Consultation",)
    on_arrival: str = ""


PRACTICES = (
    Practice(
        Discipline.NURSING,
        "Infirmerie",
        10,
        20,
        8,
        kinds=("Soin infirmier", "Prise de sang", "Vaccination"),
        on_arrival="Entretien infirmier d’arrivée",
    ),
    Practice(
        Discipline.GENERAL,
        "Médecine générale",
        20,
        18,
        5,
        kinds=("Consultation de médecine générale",),
        on_arrival="Examen d’arrivée",
    ),
    Practice(Discipline.PSYCHIATRY, "Psychiatrie", 30, 12, 0.271 * 8, 0.271, ("Entretien psychiatrique",)),
    Practice(Discipline.PSYCHOLOGY, "Psychologie", 45, 28, 0.271 * 6, 0.271, ("Entretien psychologique",)),
    Practice(Discipline.DENTISTRY, "Dentiste", 30, 8, 1.2, 1, ("Soins dentaires",)),
    Practice(Discipline.PHYSIOTHERAPY, "Kinésithérapie", 30, 5, 1, 0.12, ("Séance de kinésithérapie",)),
    Practice(Discipline.ADDICTION, "Addictologie", 30, 6, 1, 0.09, ("Consultation d’addictologie",)),
    Practice(Discipline.SPECIALIST, "Spécialistes", 20, 3, 0.4, 1, ("Consultation spécialisée",)),
)


@dataclass(frozen=True)
class Opening:
    """A half-day of an agenda: `every` so many weeks."""

    agenda: int
    weekday: int
    hours: tuple[int, int]
    every: int = 1


@dataclass(frozen=True)
class House:
    """One invented establishment: its walls and people, its agendas and their week."""

    site: Site
    seed: str
    # Of each agenda: which practice it belongs to, and its name.
    agendas: tuple[tuple[Practice, str], ...]
    openings: tuple[Opening, ...]
    not_come: float

    def fill(self, practice: Practice) -> float:
        """Return which share of the places of a practice is wanted."""
        opened = sum(1 / each.every for each in self.openings if self.agendas[each.agenda][0] is practice)
        places = opened * ((MORNING[1] - MORNING[0]) // practice.minutes)
        wanted = practice.visits * self.site.people / 52 * (1 + SUMMONED_AGAIN_SHARE)
        wanted += self.site.arrivals_a_day * 5 if practice.on_arrival else 0
        return min(0.95, wanted / places)

    @property
    def appointments_a_day(self) -> float:
        visits = sum(practice.visits for practice in PRACTICES)
        arrivals = 2 * self.site.arrivals_a_day
        return self.site.people * visits * (1 + SUMMONED_AGAIN_SHARE) / 260 + arrivals


@dataclass(frozen=True)
class Years(Calendar):
    """The days of a house that has been open for so many years, and four weeks to come."""

    years: float = 1

    @property
    def first(self) -> date:
        return self.monday - timedelta(weeks=round(52 * self.years))

    @property
    def opens(self) -> date:
        return self.first

    def working_days(self) -> Iterator[date]:
        days = (self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1))
        return (day for day in days if is_working_day(day))


def house(number: int, seed: int) -> House:
    """Return the house of that number: remand prisons, detention centres and small remand prisons in turn."""
    rng = Random(f"CareHub {seed} {number}")  # noqa: S311 (an invented establishment, not a secret)
    code = f"E{number:03d}"
    shape = (remand, centre, small)[(number - 1) % 3]()
    agendas, openings = week(shape.people, rng)
    # A site loses between a tenth and two fifths, 22 % over all of them.
    not_come = rng.triangular(0.10, 0.40, 0.16)
    site = replace(shape, code=code, name=f"{shape.name} {number}")
    return House(site=site, seed=f"{seed} {code}", agendas=agendas, openings=openings, not_come=not_come)


@cache
def remand() -> Site:
    closed = (Wing("QD", "QD", (0,), 15), Wing("QI", "QI", (0,), 12))
    return replace(REMAND, name="Maison d’arrêt inventée", wings=(*REMAND.wings, *closed))


@cache
def centre() -> Site:
    wings = (
        *(Wing(name, name, (0, 1, 2, 3), 22) for name in ("A", "B", "C")),
        Wing("Arrivants", "QA", (0,), 10, receives=True),
    )
    return replace(
        DETENTION_CENTRE,
        name="Centre de détention inventé",
        people=480,
        wings=wings,
        arrivals_a_day=arrivals(480, median=540, spread=0.5),
    )


@cache
def small() -> Site:
    wings = (
        *(Wing(name, name, (0, 1), 15) for name in ("A", "B", "C")),
        Wing("Arrivants", "QA", (0,), 6, receives=True),
    )
    return replace(
        REMAND,
        name="Petite maison d’arrêt inventée",
        people=140,
        wings=wings,
        arrivals_a_day=arrivals(140, median=REMAND.median_stay, spread=REMAND.spread_of_stay),
    )


def arrivals(people: int, *, median: float, spread: float) -> float:
    """Return how many arrive each working day where the number of people stays the same."""
    mean_stay = math.exp(math.log(median) + spread**2 / 2)
    return people / mean_stay * 7 / 5


def week(people: int, rng: Random) -> tuple[tuple[tuple[Practice, str], ...], tuple[Opening, ...]]:
    """Return agendas and half-days: as many practitioners as needed, none with more than ten half-days."""
    agendas: list[tuple[Practice, str]] = []
    openings: list[Opening] = []
    for practice in PRACTICES:
        wanted = practice.half_days * people / USUAL_PEOPLE
        every = 1 if wanted >= 1 else min(4, round(1 / wanted))
        half_days = max(1, round(wanted))
        holders = math.ceil(half_days / HALF_DAYS_A_WEEK)
        for number in range(holders):
            agendas.append((practice, f"{practice.title} {number + 1}"))
            own = half_days // holders + (number < half_days % holders)
            for place in sorted(rng.sample(range(HALF_DAYS_A_WEEK), own)):
                hours = AFTERNOON if place % 2 else MORNING
                openings.append(Opening(len(agendas) - 1, place // 2, hours, every))
    return tuple(agendas), tuple(openings)
