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
from appointments.booking.at_hand import hold_and_read, read_at_hand
from appointments.booking.guards import (
    BookingRefused,
    booking_refusals,
    is_over,
    lock_appointment,
    require_bookable,
    require_done,
    require_present,
)
from appointments.booking.history import save_with_history
from appointments.booking.outcome import not_come
from appointments.booking.placing import cancel_all, put_at, put_new, withdraw_left
from appointments.booking.seats import seat_in
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
    crowd: bool = False,
) -> Appointment:
    """Book `detainee` into `agenda` at `starts_at` for `length` (default: the kind's usual duration).

    A session whose people share the time gives its own times. `overbook` takes one of the places that the session
    allows beyond what fits. `follows` is the appointment that did not take place and that this one makes up for; one
    that is over and has no outcome yet is recorded as not come by this, for the person is summoned again. `crowd` says
    that care knows of more people at that arrival time than officers can bring.
    Writes the movement in the same transaction. Raises BookingRefused.
    """
    # In somebody else's transaction, others may be put at other hours after this one.
    alone = not transaction.get_connection().in_atomic_block
    with transaction.atomic(), booking_refusals():
        # The lock of arrival times is the last: where another appointment is to be locked, it is taken after that one.
        limited = not crowd and follows is None
        person, found = hold_and_read(agenda, starts_at, by=by, person=detainee, limited=limited, alone=alone)
        require_done(agenda, kind)
        require_present(person)
        missed = None
        if follows is not None:
            missed = lock_missed(follows, detainee, by=by)
            # Whoever did not come holds no place any more.
            found = read_at_hand(agenda, starts_at, person=person, limited=not crowd, alone=alone)
        seat = seat_in(found, agenda, starts_at=starts_at, length=length or kind.length, overbook=overbook)
        appointment = put_new(seat, person=person, kind=kind, by=by, follows=missed)
        if missed is not None:
            take_up(appointment)
        record(by=by, verb=Verb.BOOK, target=appointment, establishment=agenda.establishment_id)
    return appointment


def lock_missed(follows: Appointment, detainee: Detainee, *, by: User) -> Appointment:
    """Lock and return the appointment that is made up for; record that nobody came where nobody has said so yet.

    Refuses somebody else's appointment, one that is open or took place, one that is made up for already. The person
    is locked.
    """
    rows = Appointment.objects.select_for_update(of=("self",)).select_related("agenda__establishment", "movement")
    row = rows.get(pk=follows.pk)
    failed = row.status in {Status.NOT_COME, Status.CANCELLED}
    if row.detainee_id != detainee.pk or not (failed or (row.status == Status.BOOKED and is_over(row))):
        raise BookingRefused(
            "follows", _("Only an appointment of the same person that did not take place can be made up for.")
        )
    if Appointment.objects.filter(follows=row).exclude(status=Status.CANCELLED).exists():
        raise BookingRefused("again", _("This person was already summoned again for that appointment."))
    if not failed:
        require_bookable(by, row.agenda)
        not_come(row, None)
        save_with_history(row, by=by, what=ChangeKind.NOT_COME)
        record(by=by, verb=Verb.RECORD_OUTCOME, target=row, establishment=row.establishment_id)
    return row


def move(
    *,
    by: User,
    appointment: Appointment,
    revision: int,
    agenda: Agenda,
    starts_at: datetime,
    length: timedelta | None = None,
    overbook: bool = False,
    crowd: bool = False,
) -> Appointment:
    """Move `appointment` to `agenda` at `starts_at`, keeping its duration unless `length` says otherwise.

    What shared its time before and does not any longer gets the usual duration of its kind. `revision` is the one
    that the user saw; `crowd` as in `book`. Raises ChangedMeanwhile, BookingRefused.
    """
    require_bookable(by, appointment.agenda, agenda)
    with transaction.atomic(), booking_refusals():
        projection.hold_arrival_times(agenda.establishment)
        moved = lock_appointment(appointment, revision=revision, agendas=(agenda,))
        before = moved.movement_id
        put_at(moved, agenda, starts_at, by=by, length=length, overbook=overbook, crowd=crowd)
        withdraw_left([before], [moved])
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
        cancel_all([cancelled], by=by, reason=reason)
        record(by=by, verb=Verb.CANCEL, target=cancelled, establishment=cancelled.establishment_id)
    return cancelled
