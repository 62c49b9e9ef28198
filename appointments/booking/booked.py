"""Books, moves and cancels one appointment, with its movement in the same transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.models import User
from appointments import projection
from appointments.booking.answers import take_up
from appointments.booking.guards import (
    BookingRefused,
    arrival,
    lock_agendas,
    lock_appointment,
    lock_person,
    require_bookable,
    require_present,
    require_status,
    sentences_for_constraints,
)
from appointments.booking.history import save_with_history, write
from appointments.booking.seats import take_seat
from appointments.models import Agenda, Appointment, Detainee, Kind
from appointments.models.enums.appointment import CancelReason, ChangeKind, Status


def book(
    *,
    by: User,
    detainee: Detainee,
    agenda: Agenda,
    kind: Kind,
    starts_at: datetime,
    length: timedelta | None = None,
    overbook: bool = False,
    follows: Appointment | None = None,
) -> Appointment:
    """Book `detainee` into `agenda` at `starts_at` for `length` (default: the kind's usual duration).

    A session whose people share the time gives its own times. `overbook` takes one of the places that the session
    allows beyond what fits. `follows` is the appointment that did not take place and that this one makes up for.
    Writes the movement in the same transaction. Raises BookingRefused.
    """
    require_missed(follows, detainee)
    require_bookable(by, agenda)
    with transaction.atomic(), sentences_for_constraints():
        projection.hold_arrival_times(agenda.establishment)
        person = lock_person(detainee)
        lock_agendas(agenda)
        seat = take_seat(agenda, person=person, starts_at=starts_at, length=length or kind.length, overbook=overbook)
        appointment = Appointment(
            establishment_id=agenda.establishment_id,
            agenda=agenda,
            session=seat.session,
            detainee=person,
            kind=kind,
            starts_at=seat.starts_at,
            ends_at=seat.ends_at,
            shares_time=seat.shares_time,
            booked_by=by,
            follows=follows,
        )
        projection.call(appointment, at=arrival(appointment))
        appointment.save(force_insert=True)
        write(appointment, by=by, what=ChangeKind.BOOKED)
        if follows is not None:
            take_up(appointment)
        record(by=by, verb=Verb.BOOK, target=appointment, establishment=agenda.establishment_id)
    return appointment


def require_missed(follows: Appointment | None, detainee: Detainee) -> None:
    """Refuse to make up for somebody else's appointment, or for one that is still open or took place."""
    if follows is None:
        return
    if follows.detainee_id != detainee.pk or follows.status not in {Status.NOT_COME, Status.CANCELLED}:
        raise BookingRefused(
            "follows", _("Only an appointment of the same person that did not take place can be made up for.")
        )


def move(
    *,
    by: User,
    appointment: Appointment,
    revision: int,
    agenda: Agenda,
    starts_at: datetime,
    length: timedelta | None = None,
    overbook: bool = False,
) -> Appointment:
    """Move `appointment` to `agenda` at `starts_at`, keeping its duration unless `length` says otherwise.

    What shared its time before and does not any longer gets the usual duration of its kind. `revision` is the one
    that the user saw. Raises ChangedMeanwhile, BookingRefused.
    """
    require_bookable(by, appointment.agenda, agenda)
    with transaction.atomic(), sentences_for_constraints():
        projection.hold_arrival_times(agenda.establishment)
        moved = lock_appointment(appointment, revision=revision, agendas=(agenda,))
        require_status(moved, Status.BOOKED)
        require_present(moved.detainee)
        before = moved.movement_id
        seat = take_seat(
            agenda,
            person=moved.detainee,
            starts_at=starts_at,
            length=length or own_length(moved),
            overbook=overbook,
            moving=moved,
        )
        moved.agenda, moved.session = agenda, seat.session
        moved.starts_at, moved.ends_at, moved.shares_time = seat.starts_at, seat.ends_at, seat.shares_time
        projection.call(moved, at=arrival(moved))
        save_with_history(moved, by=by, what=ChangeKind.MOVED)
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
        save_with_history(cancelled, by=by, what=ChangeKind.CANCELLED)
        projection.withdraw_if_unused(before)
        record(by=by, verb=Verb.CANCEL, target=cancelled, establishment=cancelled.establishment_id)
    return cancelled


def own_length(appointment: Appointment) -> timedelta:
    """Return how long the appointment itself takes; one in shared time stands for the usual duration of its kind."""
    if appointment.session is not None and appointment.session.is_shared:
        return appointment.kind.length
    return appointment.ends_at - appointment.starts_at
