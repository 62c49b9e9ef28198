"""Reads one day's list for an officer: his buildings, sorted as he works. The same rows feed every form of the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import Building, Establishment, User
from appointments.models.movement import Movement
from appointments.movements.scope import buildings_visible_to, movements_visible_to
from appointments.timegrid import local_midnights

TODAY, TOMORROW = "today", "tomorrow"
# How many lines a printed sheet is laid out for; each step has its row height in prison.css.
SHEET_ROWS = (18, 24, 32, 40, 48, 60)


class NoSuchDay(Http404):
    """There is no list of that day: officers see today's and tomorrow's."""

    @property
    def sentence(self) -> str:
        """What the page of the refusal says."""
        return _("The list shows today and tomorrow only. Go back to the list and choose one of them.")


@dataclass(frozen=True)
class Arrival:
    """The people expected at one arrival time."""

    at: datetime
    movements: Sequence[Movement]
    is_next: bool


@dataclass(frozen=True)
class DayList:
    """One day's list, as far as one officer sees it."""

    establishment: Establishment
    day: date
    word: str
    buildings: Sequence[Building]
    movements: Sequence[Movement]

    def in_building(self, building: Building | None) -> list[Movement]:
        """The lines of one building; of all of them when None."""
        return [line for line in self.movements if building is None or line.building_id == building.pk]


def day_from(word: str, establishment: Establishment) -> date:
    """Return the local date meant by `today` or `tomorrow`; raise NoSuchDay for any other day."""
    today = timezone.localdate(timezone=establishment.zone)
    if word == TODAY:
        return today
    if word == TOMORROW:
        return today + timedelta(days=1)
    raise NoSuchDay


def read_day(user: User, establishment: Establishment, word: str) -> DayList:
    """Return the list of a day in the order of the floor: building, arrival time, cell, name. Constant queries."""
    day = day_from(word, establishment)
    start, end = local_midnights(day, establishment.zone)
    buildings = list(buildings_visible_to(user, establishment).order_by("name", "pk"))
    movements = (
        movements_visible_to(user, establishment).between(start, end).select_related("building").in_floor_order()
    )
    return DayList(establishment, day, word, buildings, list(movements))


def by_arrival(movements: Sequence[Movement], *, now: datetime) -> list[Arrival]:
    """Group lines by arrival time, then cell and name; mark the first arrival time still to come."""
    ordered = sorted(movements, key=floor_key)
    groups = [(at, list(lines)) for at, lines in groupby(ordered, key=lambda line: line.expected_at)]
    upcoming = next((at for at, _lines in groups if at >= now), None)
    return [Arrival(at, lines, at == upcoming) for at, lines in groups]


def sheet_rows(total: int) -> int:
    """Return the layout with which `total` lines fill one A4 sheet; more than the last one run on to a second."""
    return next((rows for rows in SHEET_ROWS if total <= rows), SHEET_ROWS[-1])


def floor_key(line: Movement) -> tuple[object, ...]:
    """What lines are sorted by: nothing but what they show."""
    return (line.expected_at, line.cell, line.last_name, line.first_name, line.register_number)
