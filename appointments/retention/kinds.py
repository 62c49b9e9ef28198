"""What of each kind is due, and the rows that go with it. Reads only.

What is never due: whoever is present, what is still open (a request, an alert, an emergency access that nobody judged),
what is to come, and what a fact of obstructed care or a kept row still rests on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, Manager, Model, OuterRef, Q, QuerySet

from access.models import Establishment
from appointments.arithmetic.timegrid import local_midnights
from appointments.models import (
    Alert,
    Appointment,
    AppointmentChange,
    Complaint,
    Detainee,
    EmergencyAccess,
    Escort,
    EscortChange,
    FormerNumber,
    Freeze,
    HandOver,
    HandOverTaken,
    KeptAppointment,
    MovementEvent,
    Obstruction,
    PersonJoin,
    Question,
    RegistryChange,
    RegistryImport,
    Request,
    RoundStay,
    RoundVisit,
    Series,
)
from appointments.models.enums.request import UNSETTLED
from appointments.models.enums.retention import RetentionKind

Keys = Sequence[Any]
Rows = QuerySet[Any]


@dataclass(frozen=True)
class Horizon:
    """Up to where one establishment forgets one kind: what is of `before` or later stays."""

    establishment: Establishment
    before: date

    @property
    def midnight(self) -> datetime:
        return local_midnights(self.before, self.establishment.zone)[0]


@dataclass(frozen=True)
class Part:
    """The rows of one table that are due, the first to go first; and what goes before each batch of them."""

    model: type[Model]
    due: Callable[[Horizon], Rows]
    before: Callable[[Keys], Iterator[Rows]] = field(default=lambda keys: iter(()))
    # Of a batch, those that must wait for a later one.
    waits: Callable[[Keys], set[Any]] = field(default=lambda keys: set())


def due_requests(at: Horizon) -> Rows:
    settled = Request.objects.filter(establishment=at.establishment, last_asked_on__lt=at.before)
    settled = settled.exclude(status__in=UNSETTLED)
    rests = Q(appointment__isnull=True) | Q(appointment__starts_at__lt=at.midnight)
    return settled.filter(rests).order_by("last_asked_on", "pk")


def due_appointments(at: Horizon) -> Rows:
    """Past appointments on which nothing rests that is kept: no fact, no request, no later summons of its chain."""
    here = Appointment.objects.filter(establishment=at.establishment)
    rests = Exists(Obstruction.objects.filter(appointment=OuterRef("pk")))
    asked = Request.objects.filter(Q(appointment=OuterRef("pk")) | Q(returned_from=OuterRef("pk")))
    old = here.filter(~rests, ~Exists(asked), starts_at__lt=at.midnight)
    # A chain is kept from its first appointment on, as long as its last is.
    chained = here.filter(follows__isnull=False)
    step: set[Any] = set(chained.exclude(pk__in=old.values("pk")).values_list("follows", flat=True))
    kept: set[Any] = set()
    while step:
        kept |= step
        step = set(chained.filter(pk__in=step).values_list("follows", flat=True)) - kept
    # Whoever makes up for an appointment was booked after it.
    return old.exclude(pk__in=kept).order_by("-booked_at", "pk")


def before_appointments(keys: Keys) -> Iterator[Rows]:
    yield Question.objects.filter(appointment__in=keys)
    yield KeptAppointment.objects.filter(appointment__in=keys)
    changes = AppointmentChange.objects.filter(appointment__in=keys)
    yield changes.filter(undoes__isnull=False)
    yield changes


def follow_later(keys: Keys) -> set[Any]:
    """Return those of a batch that somebody's later appointment outside of it makes up for."""
    outside = Appointment.objects.filter(follows__in=keys).exclude(pk__in=keys)
    return set(outside.values_list("follows", flat=True))


def due_series(at: Horizon) -> Rows:
    empty = Series.objects.filter(establishment=at.establishment, created_at__lt=at.midnight)
    return empty.filter(~Exists(Appointment.objects.filter(series=OuterRef("pk")))).order_by("created_at", "pk")


def due_escorts(at: Horizon) -> Rows:
    here = Escort.objects.filter(establishment=at.establishment, expected_at__lt=at.midnight)
    kept = Escort.objects.filter(follows=OuterRef("pk"), expected_at__gte=at.midnight)
    return here.filter(~Exists(kept)).order_by("-planned_at", "pk")


def before_escorts(keys: Keys) -> Iterator[Rows]:
    yield EscortChange.objects.filter(escort__in=keys)


def escorts_follow_later(keys: Keys) -> set[Any]:
    outside = Escort.objects.filter(follows__in=keys).exclude(pk__in=keys)
    return set(outside.values_list("follows", flat=True))


def due_visits(at: Horizon) -> Rows:
    return RoundVisit.objects.filter(establishment=at.establishment, day__lt=at.before).order_by("-recorded_at", "pk")


def visits_replaced_later(keys: Keys) -> set[Any]:
    outside = RoundVisit.objects.filter(replaces__in=keys).exclude(pk__in=keys)
    return set(outside.values_list("replaces", flat=True))


def due_stays(at: Horizon) -> Rows:
    over = RoundStay.objects.filter(establishment=at.establishment, ends_on__lt=at.before)
    return over.filter(~Exists(RoundVisit.objects.filter(stay=OuterRef("pk")))).order_by("ends_on", "pk")


def due_people(at: Horizon) -> Rows:
    """People who have left and of whom nothing else is kept, under no record that was joined into theirs."""
    here = Detainee.objects.filter(establishment=at.establishment, joined_into__isnull=True)
    young = Detainee.objects.filter(joined_into=OuterRef("pk"))
    young = young.exclude(released_on__lt=at.before)
    kept = [~Exists(young)]
    for rows in (
        Appointment.objects,
        Request.objects,
        Question.objects,
        Series.objects,
        Escort.objects,
        RoundStay.objects,
        Obstruction.objects,
        Complaint.objects,
        EmergencyAccess.objects,
        HandOver.objects,
        HandOverTaken.objects,
        RegistryChange.objects,
    ):
        theirs = Q(detainee=OuterRef("pk")) | Q(detainee__joined_into=OuterRef("pk"))
        kept.append(~Exists(rows.filter(theirs)))
    return here.filter(*kept, released_on__lt=at.before).order_by("released_on", "pk")


def before_people(keys: Keys) -> Iterator[Rows]:
    joined = Detainee.objects.filter(joined_into__in=keys)
    them = [*keys, *joined.values_list("pk", flat=True)]
    joins = PersonJoin.objects.filter(Q(joined__in=them) | Q(survivor__in=them))
    yield FormerNumber.objects.filter(Q(detainee__in=them) | Q(join__in=joins.values("pk")))
    yield joins
    yield joined


def due_lists(at: Horizon) -> Rows:
    """Records of lists that brought nothing that is kept with its origin, and that cannot be taken back any longer."""
    old = RegistryImport.objects.filter(establishment=at.establishment, applied_at__lt=at.midnight)
    for rests in (
        FormerNumber.objects.filter(found_by=OuterRef("pk")),
        Question.objects.filter(found_by=OuterRef("pk")),
        RegistryChange.objects.filter(registry_import=OuterRef("pk")),
    ):
        old = old.filter(~Exists(rests))
    return old.order_by("applied_at", "pk")


def older(rows: Manager[Any], column: str, **conditions: Any) -> Callable[[Horizon], Rows]:
    """Return what finds those of `rows` whose `column`, an instant, is before the horizon."""

    def due(at: Horizon) -> Rows:
        old = rows.filter(establishment=at.establishment, **{f"{column}__lt": at.midnight}, **conditions)
        return old.order_by(column, "pk")

    return due


# In this order: what rests on something else goes before it.
PARTS: dict[RetentionKind, tuple[Part, ...]] = {
    RetentionKind.REQUESTS: (Part(Request, due_requests),),
    RetentionKind.APPOINTMENTS: (
        Part(Appointment, due_appointments, before=before_appointments, waits=follow_later),
        Part(Series, due_series),
    ),
    RetentionKind.ESCORTS: (Part(Escort, due_escorts, before=before_escorts, waits=escorts_follow_later),),
    RetentionKind.ROUNDS: (
        Part(RoundVisit, due_visits, waits=visits_replaced_later),
        Part(RoundStay, due_stays),
    ),
    RetentionKind.OFFICERS: (
        Part(MovementEvent, older(MovementEvent.objects, "at")),
        Part(Freeze, older(Freeze.objects, "lifted_at")),
    ),
    RetentionKind.ALERTS: (Part(Alert, older(Alert.objects, "raised_at", is_received=True)),),
    RetentionKind.EMERGENCIES: (
        Part(EmergencyAccess, older(EmergencyAccess.objects, "until", word__in=["confirmed", "refused"])),
    ),
    RetentionKind.HANDOVERS: (
        Part(HandOver, older(HandOver.objects, "made_at")),
        Part(HandOverTaken, older(HandOverTaken.objects, "taken_at")),
    ),
    RetentionKind.PEOPLE: (Part(Detainee, due_people, before=before_people),),
    RetentionKind.LISTS: (Part(RegistryImport, due_lists),),
}
