"""Puts an appointment whose locks are held at another time, with its movement, for the verbs that move."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from access.models import User
from appointments import projection
from appointments.booking.booked import own_length
from appointments.booking.guards import arrival, require_present, require_status
from appointments.booking.history import save_with_history
from appointments.booking.seats import take_seat
from appointments.models import Agenda, Appointment
from appointments.models.enums.appointment import ChangeKind, Status


def put_at(
    locked: Appointment, agenda: Agenda, starts_at: datetime, *, by: User, beside: Collection[UUID] = ()
) -> None:
    """Put a booked appointment into `agenda` at `starts_at`, keeping its duration, as the session there has it.

    `beside` are the appointments that leave their places in the same transaction. Raises BookingRefused.
    """
    require_status(locked, Status.BOOKED)
    require_present(locked.detainee)
    length = own_length(locked)
    seat = take_seat(agenda, person=locked.detainee, starts_at=starts_at, length=length, moving=locked, beside=beside)
    locked.agenda, locked.session, locked.shares_time = agenda, seat.session, seat.shares_time
    locked.starts_at, locked.ends_at = seat.starts_at, seat.ends_at
    projection.call(locked, at=arrival(locked))
    save_with_history(locked, by=by, what=ChangeKind.MOVED)


def withdraw_left(before: Iterable[UUID | None], moved: Iterable[Appointment]) -> None:
    """Withdraw the movements that were there before and that no longer call anybody."""
    for movement in set(before) - {appointment.movement_id for appointment in moved}:
        projection.withdraw_if_unused(movement)
