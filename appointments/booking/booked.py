"""Books, moves and cancels one appointment, with its movement in the same transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from access.audit import record
from access.enums import Verb
from access.models import User
from appointments import projection
from appointments.booking.guards import (
    arrival,
    lock_agendas,
    lock_appointment,
    lock_person,
    open_session,
    require_bookable,
    require_future,
    require_present,
    require_status,
    save_change,
    sentences_for_constraints,
)
from appointments.enums import CancelReason, Status
from appointments.models import Agenda, Appointment, Detainee, Kind


def book(
    *,
    by: User,
    detainee: Detainee,
    agenda: Agenda,
    kind: Kind,
    starts_at: datetime,
    length: timedelta | None = None,
) -> Appointment:
    """Book `detainee` into `agenda` at `starts_at` for `length` (default: the kind's usual duration).

    Writes the movement in the same transaction. Raises BookingRefused.
    """
    ends_at = starts_at + (length or kind.length)
    require_bookable(by, agenda)
    require_future(ends_at)
    with transaction.atomic(), sentences_for_constraints():
        projection.hold_arrival_times(agenda.establishment)
        person = lock_person(detainee)
        lock_agendas(agenda)
        appointment = Appointment(
            establishment_id=agenda.establishment_id,
            agenda=agenda,
            session=open_session(agenda, starts_at, ends_at),
            detainee=person,
            kind=kind,
            starts_at=starts_at,
            ends_at=ends_at,
            booked_by=by,
        )
        projection.call(appointment, at=arrival(appointment))
        appointment.save(force_insert=True)
        record(by=by, verb=Verb.BOOK, target=appointment, establishment=agenda.establishment_id)
    return appointment


def move(
    *,
    by: User,
    appointment: Appointment,
    revision: int,
    agenda: Agenda,
    starts_at: datetime,
    length: timedelta | None = None,
) -> Appointment:
    """Move `appointment` to `agenda` at `starts_at`, keeping its duration unless `length` says otherwise.

    `revision` is the one that the user saw. Raises ChangedMeanwhile, BookingRefused.
    """
    ends_at = starts_at + (length or appointment.ends_at - appointment.starts_at)
    require_bookable(by, appointment.agenda, agenda)
    require_future(ends_at)
    with transaction.atomic(), sentences_for_constraints():
        projection.hold_arrival_times(agenda.establishment)
        moved = lock_appointment(appointment, revision=revision, agendas=(agenda,))
        require_status(moved, Status.BOOKED)
        require_present(moved.detainee)
        before = moved.movement_id
        moved.agenda, moved.starts_at, moved.ends_at = agenda, starts_at, ends_at
        moved.session = open_session(agenda, starts_at, ends_at)
        projection.call(moved, at=arrival(moved))
        save_change(moved)
        if before != moved.movement_id:
            projection.withdraw_if_unused(before)
        record(by=by, verb=Verb.MOVE, target=moved, establishment=moved.establishment_id)
    return moved


def cancel(*, by: User, appointment: Appointment, revision: int, reason: CancelReason) -> Appointment:
    """Cancel `appointment` for a care-side `reason`, which the prison side is never told.

    Raises ChangedMeanwhile, BookingRefused.
    """
    require_bookable(by, appointment.agenda)
    with transaction.atomic():
        projection.hold_arrival_times(appointment.agenda.establishment)
        cancelled = lock_appointment(appointment, revision=revision)
        require_status(cancelled, Status.BOOKED)
        before, cancelled.movement = cancelled.movement_id, None
        cancelled.status, cancelled.cancel_reason = Status.CANCELLED, reason
        save_change(cancelled)
        projection.withdraw_if_unused(before)
        record(by=by, verb=Verb.CANCEL, target=cancelled, establishment=cancelled.establishment_id)
    return cancelled
