"""Reads one day's list for an officer: their buildings, sorted as they work. The same rows feed every form of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db import connection, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from access.models import Building, Establishment, User
from appointments.arithmetic.publication_grid import PublicationGrid, Term
from appointments.arithmetic.timegrid import local_midnights
from appointments.models.movement import Movement
from appointments.models.publication import PublicationTime, UnplannedPublication
from appointments.prison.scope import buildings_visible_to, movements_visible_to

TODAY, TOMORROW = "today", "tomorrow"
# How many lines a printed sheet is laid out for; each step has its row height in prison.css.
SHEET_ROWS = (18, 24, 32, 40, 48, 60)


class NoSuchDay(Http404):
    """There is no list of that day: officers see today's and tomorrow's."""

    @property
    def sentence(self) -> str:
        return _("The list shows today and tomorrow only. Go back to the list and choose one of them.")


@dataclass(frozen=True)
class Arrival:
    at: datetime
    movements: Sequence[Movement]
    is_next: bool

    @property
    def expected(self) -> int:
        return expected(self.movements)


@dataclass(frozen=True)
class Edition:
    """Which publication of a day's list is being looked at. `version` is 0 before the first, and for open lists."""

    version: int
    is_open: bool
    following: datetime | None

    @property
    def is_awaited(self) -> bool:
        """Whether the list is still to be published for the first time."""
        return not self.is_open and not self.version


@dataclass(frozen=True)
class DayList:
    establishment: Establishment
    day: date
    word: str
    buildings: Sequence[Building]
    movements: Sequence[Movement]
    edition: Edition

    def in_building(self, building: Building | None) -> list[Movement]:
        return [line for line in self.movements if building is None or line.building_id == building.pk]


def day_from(word: str, establishment: Establishment) -> date:
    """Return the local date meant by `today` or `tomorrow`; raise NoSuchDay for any other day."""
    today = establishment.today()
    if word == TODAY:
        return today
    if word == TOMORROW:
        return today + timedelta(days=1)
    raise NoSuchDay


def read_day(user: User, establishment: Establishment, word: str) -> DayList:
    """Return the list of a day in the order of the floor: building, arrival time, cell, name. Constant queries."""
    day = day_from(word, establishment)
    start, end = local_midnights(day, establishment.zone)
    # One transaction is one instant for the database: the lines, their marks and the version agree.
    with transaction.atomic():
        edition = read_edition(establishment, day)
        buildings = list(buildings_visible_to(user, establishment).order_by("name", "pk"))
        movements = list(
            movements_visible_to(user, establishment).between(start, end).select_related("building").in_floor_order()
        )
    return DayList(establishment, day, word, buildings, movements, edition)


def read_edition(establishment: Establishment, day: date) -> Edition:
    """Return which publication of the list of `day` the database shows at this instant."""
    # Ordered by what the prison login may read: it sees no key of these rows.
    rows = PublicationTime.objects.filter(establishment=establishment).order_by("at", "since")
    terms = rows.values_list("at", "since", "until")
    grid = PublicationGrid(tuple(Term(*each) for each in terms), establishment.zone)
    unplanned = UnplannedPublication.objects.filter(establishment=establishment, day=day).order_by().values("day")
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        (now,) = cursor.fetchone()
    return Edition(
        version=grid.version(day, now=now, unplanned=len(unplanned)),
        is_open=not grid.of_list(day),
        following=grid.next_of_list(day, after=now),
    )


def by_arrival(movements: Sequence[Movement], *, now: datetime) -> list[Arrival]:
    """Group lines by arrival time, then cell and name; mark the first arrival time still to come."""
    ordered = sorted(movements, key=floor_key)
    groups = [(at, list(lines)) for at, lines in groupby(ordered, key=lambda line: line.expected_at)]
    upcoming = next((at for at, lines in groups if at >= now and expected(lines)), None)
    return [Arrival(at, lines, at == upcoming) for at, lines in groups]


def expected(movements: Sequence[Movement]) -> int:
    """Return how many of the lines call somebody: those that are not withdrawn."""
    return sum(not line.is_withdrawn for line in movements)


def sheet_rows(total: int) -> int:
    """Return the layout with which `total` lines fill one A4 sheet; more than the last one run on to a second."""
    return next((rows for rows in SHEET_ROWS if total <= rows), SHEET_ROWS[-1])


def floor_key(line: Movement) -> tuple[object, ...]:
    """What lines are sorted by: nothing but what they show."""
    return (line.expected_at, line.cell, line.last_name, line.first_name, line.register_number)
