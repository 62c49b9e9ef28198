"""Verbs about several appointments at once: all of them, or none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from access.audit import record
from access.enums import Verb
from access.models import User
from appointments import projection
from appointments.booking.guards import (
    BookingRefused,
    booking_refusals,
    lock_agendas,
    lock_people,
    require_bookable,
    require_done,
    require_present,
)
from appointments.booking.placing import cancel_all, put_new
from appointments.booking.seats import take_seat
from appointments.models import Agenda, Appointment, ConsultationSession, Detainee, Kind
from appointments.models.enums.appointment import CancelReason


def book_together(
    *,
    by: User,
    people: Sequence[Detainee],
    session: ConsultationSession,
    kind: Kind,
    overbook: bool = False,
    crowd: bool = False,
) -> list[Appointment]:
    """Book several people into one shared session, each with their movement; all or nobody.

    Raises BookingRefused, whose `person` is the one about whom it is.
    """
    agenda = session.agenda
    require_bookable(by, agenda)
    require_done(agenda, kind)
    made: list[Appointment] = []
    with transaction.atomic(), booking_refusals():
        projection.hold_arrival_times(agenda.establishment)
        locked = lock_people(person.pk for person in people)
        lock_agendas(agenda)
        for person in people:
            try:
                made.append(_booked(by, locked[person.pk], session, kind, overbook=overbook, crowd=crowd))
            except BookingRefused as refusal:
                refusal.person = person
                raise
        for one in made:
            record(by=by, verb=Verb.BOOK, target=one, establishment=agenda.establishment_id)
    return made


@dataclass(frozen=True)
class WantedPlace:
    """Who is to be seen when, and for what."""

    person: Detainee
    kind: Kind
    starts_at: datetime


def book_each(*, by: User, agenda: Agenda, places: Sequence[WantedPlace]) -> list[Appointment | BookingRefused]:
    """Book each of `places` in `agenda`; return the appointment or why not, in their order.

    Called in a transaction that the caller undoes where any is refused. The people are locked; nobody is put where
    officers can bring nobody more. Raises BookingRefused.
    """
    require_bookable(by, agenda)
    answers: list[Appointment | BookingRefused] = []
    with transaction.atomic():
        projection.hold_arrival_times(agenda.establishment)
        locked = lock_people(place.person.pk for place in places)
        lock_agendas(agenda)
        for place in places:
            try:
                with booking_refusals(), transaction.atomic():
                    answers.append(_put(by, agenda, locked[place.person.pk], place))
            except BookingRefused as refusal:
                answers.append(refusal)
        for one in answers:
            if isinstance(one, Appointment):
                record(by=by, verb=Verb.BOOK, target=one, establishment=agenda.establishment_id)
    return answers


def _put(by: User, agenda: Agenda, person: Detainee, place: WantedPlace) -> Appointment:
    require_done(agenda, place.kind)
    require_present(person)
    seat = take_seat(agenda, person=person, starts_at=place.starts_at, length=place.kind.length, crowd=False)
    return put_new(seat, person=person, kind=place.kind, by=by)


def cancel_together(*, by: User, appointments: Sequence[Appointment], reason: CancelReason) -> list[Appointment]:
    """Cancel all of `appointments` for one care-side reason and return them; `record_cancelled` comes last.

    The caller's transaction has locked their people and agendas; here the rows follow. Raises BookingRefused, with
    nothing cancelled, when one of them is no longer booked.
    """
    for agenda in {one.agenda_id: one.agenda for one in appointments}.values():
        require_bookable(by, agenda)
    keys = sorted(one.pk for one in appointments)
    with transaction.atomic():
        rows = Appointment.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
        cancelled = list(rows.select_related("agenda"))
        cancel_all(cancelled, by=by, reason=reason)
    return cancelled


def record_cancelled(*, by: User, appointments: Iterable[Appointment]) -> None:
    """Write the log's lines of `cancel_together`, after everything else in the transaction that waits for locks."""
    for one in appointments:
        record(by=by, verb=Verb.CANCEL, target=one, establishment=one.establishment_id)


def end_with_session(session: ConsultationSession, ends_at: datetime) -> int:
    """Let those who share the time of a session end no later than `ends_at`; return how many changed."""
    later = Appointment.objects.holding().filter(session=session, shares_time=True, ends_at__gt=ends_at)
    return later.filter(starts_at__lt=ends_at).update(ends_at=ends_at, revision=F("revision") + 1)


def _booked(
    by: User, person: Detainee, session: ConsultationSession, kind: Kind, *, overbook: bool, crowd: bool
) -> Appointment:
    require_present(person)
    agenda = session.agenda
    seat = take_seat(
        agenda, person=person, starts_at=session.starts_at, length=kind.length, overbook=overbook, crowd=crowd
    )
    return put_new(seat, person=person, kind=kind, by=by)
