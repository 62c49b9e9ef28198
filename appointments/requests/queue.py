"""Reads the queue: what waits, the overdue first, how many of each. A constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Case, Count, F, Q, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from access.kept_texts import Statement, read_together
from appointments.arithmetic.recurrence import HalfDay
from appointments.models import Appointment, Detainee, Question, Request
from appointments.models.enums.request import Source
from appointments.models.request import RequestQuerySet
from appointments.rights import (
    Rights,
    appointments_visible_to,
    questions_visible_to,
    requests_visible_to,
)
from appointments.rights_texts import kept_for

SHOWN = 50


class QueuePart(models.TextChoices):
    ALL = "all", _("The whole queue")
    TO_SORT = "sort", _("To sort")
    OVERDUE = "late", _("Overdue")
    ARRIVALS = "arrivals", _("Arrivals to be seen")
    LEFT = "left", _("Have left")


@dataclass(frozen=True)
class QueueCounts:
    waiting: int
    to_sort: int
    overdue: int
    arrivals: int
    left: int

    def of(self, part: QueuePart) -> int:
        by_part = {
            QueuePart.ALL: self.waiting,
            QueuePart.TO_SORT: self.to_sort,
            QueuePart.OVERDUE: self.overdue,
            QueuePart.ARRIVALS: self.arrivals,
            QueuePart.LEFT: self.left,
        }
        return by_part[part]


@dataclass
class QueuedRequest:
    request: Request
    today: date
    # An appointment to come of the same person and discipline: perhaps the answer already.
    expected: Appointment | None = None
    # Other requests of the same person in the queue.
    others: int = 0
    can_plan: bool = False
    next_key: UUID | None = None

    @property
    def days_late(self) -> int:
        return self.request.days_late(self.today)

    @property
    def days_left(self) -> int:
        return -self.days_late

    @property
    def days_here(self) -> int:
        """How many days ago the person arrived (or the request came in)."""
        return (self.today - (self.request.detainee.arrived_on or self.request.received_on)).days


@dataclass
class Queue:
    """A part of the queue, cut to a page."""

    lines: Sequence[QueuedRequest]
    total: int
    page: int
    pages: int = field(default=1)


def in_order(requests: RequestQuerySet, today: date) -> RequestQuerySet:
    """The overdue first, the longest wait before; then by priority, by date, by the day on which they came."""
    late_since = Case(When(due_on__lt=today, then=F("due_on")), default=None, output_field=models.DateField())
    return requests.alias(late_since=late_since).order_by(
        F("late_since").asc(nulls_last=True), "priority", "due_on", "received_on", "id"
    )


def of_discipline(discipline: str) -> Q:
    return Q(kind__discipline=discipline) | Q(kind=None, discipline=discipline)


def part_of(requests: RequestQuerySet, part: QueuePart, today: date) -> RequestQuerySet:
    """Return the requests of one part; those of people who have left stand apart, for nobody can call them."""
    if part == QueuePart.LEFT:
        return requests.filter(detainee__released_on__isnull=False)
    here = requests.filter(detainee__released_on__isnull=True)
    chosen = {
        QueuePart.TO_SORT: Q(triaged_at=None),
        QueuePart.OVERDUE: Q(due_on__lt=today),
        QueuePart.ARRIVALS: Q(source=Source.ARRIVAL),
    }
    return here.filter(chosen[part]) if part in chosen else here


def counts(rights: Rights) -> QueueCounts:
    """Return the counts of the queue. One query beside those of the user's rights."""
    return counts_in(read_together({"counts": counts_statement(rights)})["counts"])


def counts_statement(rights: Rights) -> Statement:
    """Return what asks for the counts of the queue."""
    [(_name, text, values)] = kept_for(rights, "queue", lambda: [_written(_counts(rights))])
    return text, values


def counts_in(found: Sequence[dict[str, Any]]) -> QueueCounts:
    """Return the counts that it told: one row, or none where nothing waits."""
    return QueueCounts(**next(iter(found), dict.fromkeys((each.name for each in fields(QueueCounts)), 0)))


def _written(rows: models.QuerySet[Request, Any]) -> tuple[str, str, list[Any]]:
    text, values = rows.query.sql_with_params()
    return "queue", text, list(values)


def _counts(rights: Rights) -> models.QuerySet[Request, tuple[int, ...]]:
    here, today = Q(detainee__released_on__isnull=True), rights.establishment.today()
    counted = {
        "waiting": Count("pk", filter=here),
        "to_sort": Count("pk", filter=here & Q(triaged_at=None)),
        "overdue": Count("pk", filter=here & Q(due_on__lt=today)),
        "arrivals": Count("pk", filter=here & Q(source=Source.ARRIVAL)),
        "left": Count("pk", filter=~here),
    }
    rows = requests_visible_to(rights).open().order_by().values("establishment")
    return rows.annotate(**counted).values_list(*(each.name for each in fields(QueueCounts)))


def open_questions(rights: Rights) -> models.QuerySet[Question]:
    """Return what is still to be decided: appointments to come that the nominal list puts in question."""
    asked = questions_visible_to(rights).filter(decision="")
    here = Appointment.objects.booked().filter(establishment=rights.establishment, starts_at__gt=timezone.now())
    return asked.filter(appointment__in=here.values("pk"))


def read_queue(rights: Rights, *, part: QueuePart = QueuePart.ALL, discipline: str = "", page: int = 1) -> Queue:
    today = rights.establishment.today()
    rows = part_of(requests_visible_to(rights).open(), part, today)
    if discipline:
        rows = rows.filter(of_discipline(discipline))
    total = rows.count()
    pages = max(1, -(-total // SHOWN))
    page = min(max(1, page), pages)
    first = (page - 1) * SHOWN
    # One more than is shown: the line after the last one is where somebody goes on.
    found = list(in_order(rows.with_names(), today)[first : first + SHOWN + 1])
    lines = [QueuedRequest(request, today) for request in found]
    for line, after in pairwise(lines):
        line.next_key = after.request.pk
    lines = lines[:SHOWN]
    fill_in(rights, lines)
    return Queue(lines, total, page, pages)


def fill_in(rights: Rights, lines: Sequence[QueuedRequest]) -> None:
    """Add what the other rows of the same people tell. Three queries."""
    people = {line.request.detainee_id for line in lines}
    expected = expected_of(rights, people)
    asked = requests_visible_to(rights).open().filter(detainee__in=people)
    others = dict(
        asked.order_by().values_list("detainee").annotate(number=Count("pk")).values_list("detainee", "number")
    )
    bookable = {(agenda.unit_id, agenda.discipline) for agenda in rights.bookable}
    for line in lines:
        request = line.request
        line.expected = expected.get((request.detainee_id, request.unit_id, request.wanted_discipline))
        line.others = others.get(request.detainee_id, 1) - 1
        line.can_plan = request.detainee.is_present and ((request.unit_id, request.wanted_discipline) in bookable)


def expected_of(rights: Rights, people: Iterable[UUID]) -> dict[tuple[UUID, int, str], Appointment]:
    """Return the next appointment in view of each person, unit and discipline that answers no request. One query."""
    rows = appointments_visible_to(rights).booked()
    rows = rows.filter(detainee__in=people, starts_at__gt=timezone.now(), requests=None)
    found: dict[tuple[UUID, int, str], Appointment] = {}
    for one in rows.select_related("agenda", "kind").order_by("-starts_at", "id"):
        found[one.detainee_id, one.kind.unit_id, one.kind.discipline] = one
    return found


def preference_of(rights: Rights, person: Detainee, discipline: str) -> frozenset[HalfDay]:
    """Return on which half-days `person` would rather be seen by a discipline, as far as a request that waits says."""
    waiting = requests_visible_to(rights).open().filter(of_discipline(discipline), detainee=person)
    first = in_order(waiting.exclude(half_days=[]), rights.establishment.today()).first()
    return frozenset() if first is None else first.preferred
