"""Puts an appointment whose locks are held at its time, or takes it from there, with its movement: for every verb.

The only place that makes a row of Appointment and the only one that cancels any.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from access.models import User
from access.written import insert
from appointments import projection
from appointments.booking.guards import arrival, require_not_over, require_present, require_status
from appointments.booking.history import line_of, save_with_history
from appointments.booking.seats import Seat, take_seat
from appointments.models import Agenda, Appointment, Detainee, Kind
from appointments.models.enums.appointment import CancelReason, ChangeKind, Status


def new_appointment(seat: Seat, *, person: Detainee, kind: Kind, by: User, **more: Any) -> Appointment:
    """Return an appointment at the place found for it, with its movement, not written yet. Raises BookingRefused.

    `more` are its other fields: what it follows, the series that it is of.
    """
    agenda = seat.session.agenda
    made = Appointment(
        establishment_id=agenda.establishment_id,
        agenda=agenda,
        session=seat.session,
        detainee=person,
        kind=kind,
        starts_at=seat.starts_at,
        ends_at=seat.ends_at,
        shares_time=seat.shares_time,
        booked_by=by,
        **more,
    )
    projection.call(made, at=arrival(made, times=seat.arrival_times), schedule=seat.schedule)
    return made


def put_new(seat: Seat, *, person: Detainee, kind: Kind, by: User, **more: Any) -> Appointment:
    """Write an appointment at the place found for it, with its movement and its first line of history."""
    made = new_appointment(seat, person=person, kind=kind, by=by, **more)
    insert(made, line_of(made, by=by, what=ChangeKind.BOOKED))
    return made


def put_at(
    locked: Appointment,
    agenda: Agenda,
    starts_at: datetime,
    *,
    by: User,
    length: timedelta | None = None,
    overbook: bool = False,
    beside: Collection[UUID] = (),
    crowd: bool = True,
) -> None:
    """Put a booked appointment into `agenda` at `starts_at`, as the session there has it.

    It keeps its duration unless `length` says otherwise. `beside` are the appointments that leave their places in the
    same transaction. Raises BookingRefused.
    """
    require_status(locked, Status.BOOKED)
    require_not_over(locked, to=starts_at)
    require_present(locked.detainee)
    seat = take_seat(
        agenda,
        person=locked.detainee,
        starts_at=starts_at,
        length=length or own_length(locked),
        overbook=overbook,
        moving=locked,
        beside=beside,
        crowd=crowd,
    )
    locked.agenda, locked.session, locked.shares_time = agenda, seat.session, seat.shares_time
    locked.starts_at, locked.ends_at = seat.starts_at, seat.ends_at
    projection.call(locked, at=arrival(locked, times=seat.arrival_times), schedule=seat.schedule)
    save_with_history(locked, by=by, what=ChangeKind.MOVED)


def cancel_all(rows: Sequence[Appointment], *, by: User, reason: CancelReason) -> None:
    """Cancel booked appointments for one reason; lines that call nobody any longer go. Raises BookingRefused.

    The log's lines are the caller's.
    """
    before = [row.movement_id for row in rows]
    for row in rows:
        require_status(row, Status.BOOKED)
        require_not_over(row)
        row.movement, row.status, row.cancel_reason = None, Status.CANCELLED, reason
        save_with_history(row, by=by, what=ChangeKind.CANCELLED)
    withdraw_left(before, rows)


def withdraw_left(before: Iterable[UUID | None], moved: Iterable[Appointment]) -> None:
    """Withdraw the movements that were there before and that no longer call anybody."""
    for movement in set(before) - {appointment.movement_id for appointment in moved}:
        projection.withdraw_if_unused(movement)


def own_length(appointment: Appointment) -> timedelta:
    """Return how long the appointment itself takes; one in shared time stands for the usual duration of its kind."""
    if appointment.session is not None and appointment.session.is_shared:
        return appointment.kind.length
    return appointment.ends_at - appointment.starts_at
