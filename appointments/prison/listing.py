"""Reads one day's list for an officer: their buildings, sorted as they work. The same rows feed every form of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import Building, Establishment, User
from access.sorting import FrenchKey, french_key
from appointments.arithmetic.cells import along_the_landing
from appointments.arithmetic.publication_grid import SILENCE
from appointments.models.enums.movement import MovementState
from appointments.prison.age import Age
from appointments.prison.desk_settings import DeskRules, rules_of
from appointments.prison.lines import ListLine, editions_of, lines_of, placed
from appointments.prison.models import Edition, Heartbeat, PublishingHour
from appointments.prison.scope import buildings_visible_to

TODAY, TOMORROW = "today", "tomorrow"


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
    lines: Sequence[ListLine]
    is_next: bool

    @property
    def expected(self) -> int:
        """How many of them are called."""
        return people(self.lines)

    @property
    def to_call(self) -> int:
        """How many of them nobody has called yet."""
        return people(line for line in self.lines if line.standing.state == MovementState.EXPECTED)


@dataclass(frozen=True)
class Publication:
    """Which publication of a day's list is being looked at. `version` is 0 before the first, and for open lists."""

    version: int
    is_open: bool
    # Whether the courier has brought this day's list at all; before its first publication that is an empty one.
    is_here: bool
    # The planned hour that the edition contains, and the next one to come.
    planned_for: datetime | None
    following: datetime | None
    # Whether the next one comes today: then its hour says enough.
    follows_today: bool
    # A planned hour that has passed and whose edition has not arrived.
    missing: datetime | None
    # Whether what is shown may be older than it should be, and what the page says of its age.
    is_late: bool
    words: Sequence[str]

    @property
    def is_awaited(self) -> bool:
        """Whether the list is still to be published for the first time."""
        return not self.is_open and not self.version and not self.missing

    @property
    def has_arrived(self) -> bool:
        """Whether there is a list to be read, even if nobody is on it."""
        return self.is_here and (self.is_open or self.version > 0)


@dataclass(frozen=True)
class DayList:
    """One day's list, as far as one officer sees it."""

    establishment: Establishment
    day: date
    word: str
    buildings: Sequence[Building]
    lines: Sequence[ListLine]
    edition: Publication
    rules: DeskRules

    def in_building(self, building: Building | None) -> list[ListLine]:
        """The lines of one building; of all of them when None."""
        return [line for line in self.lines if building is None or line.building_id == building.pk]


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
    return list_of_day(establishment, word, day, buildings_visible_to(user, establishment))


def list_of_day(establishment: Establishment, word: str, day: date, seen: QuerySet[Building]) -> DayList:
    """Return the list of `day` in the buildings `seen`. Constant queries."""
    edition = editions_of(establishment, [day]).get(day)
    buildings = list(seen.order_by(FrenchKey("name"), "pk"))
    rules = rules_of(establishment)
    lines = placed(lines_of(edition, buildings), rules.floor_rule)
    return DayList(establishment, day, word, buildings, lines, publication_of(establishment, day, edition), rules)


def publication_of(establishment: Establishment, day: date, edition: Edition | None) -> Publication:
    """Return which publication of the list of `day` is there, and what is missing by now. Two queries."""
    grid = PublishingHour.objects.grid_of(establishment)
    heartbeat = Heartbeat.objects.first()
    now = timezone.now()
    planned = edition.planned_for if edition else None
    due, following = grid.last_due(day, now=now), grid.next_of_list(day, after=now)
    missing = due if due is not None and (planned is None or planned < due) else None
    silent_since = heartbeat.at if heartbeat is not None and now - heartbeat.at > SILENCE else None
    is_open = not grid.of_list(day)
    age = Age(
        planned,
        missing,
        silent_since,
        is_lacking=is_open and edition is None,
        today=establishment.day_of(now),
        zone=establishment.zone,
    )
    return Publication(
        version=edition.version if edition else 0,
        is_open=is_open,
        is_here=edition is not None,
        planned_for=planned,
        following=following,
        follows_today=following is not None and grid.day_of(following) == grid.day_of(now),
        missing=missing,
        is_late=age.is_late,
        words=list(age.sentences()),
    )


def by_arrival(lines: Sequence[ListLine], *, now: datetime) -> list[Arrival]:
    """Group lines by arrival time, then cell and name; mark the first arrival time still to come."""
    ordered = sorted(lines, key=floor_key)
    groups = [(at, list(group)) for at, group in groupby(ordered, key=lambda line: line.expected_at)]
    upcoming = next((at for at, group in groups if at >= now and expected(group)), None)
    return [Arrival(at, group, at == upcoming) for at, group in groups]


def expected(lines: Iterable[ListLine]) -> int:
    """Return how many of the lines call somebody: those that are not withdrawn."""
    return sum(not line.is_withdrawn for line in lines)


def people(lines: Iterable[ListLine]) -> int:
    """Return how many people these lines call; somebody called twice is one."""
    return len({line.register_number for line in lines if not line.is_withdrawn})


def floor_key(line: ListLine) -> tuple[object, ...]:
    """What lines are sorted by: nothing but what they show, cell after cell along the landing."""
    name = (french_key(line.last_name), french_key(line.first_name))
    return (line.expected_at, along_the_landing(line.cell), line.cell, *name, line.register_number)
