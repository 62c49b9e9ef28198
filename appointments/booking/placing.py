"""Puts an appointment whose locks are held at another time, with its movement, for the verbs that move."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from appointments import projection
from appointments.booking.guards import (
    arrival,
    open_session,
    require_future,
    require_present,
    require_status,
    save_change,
)
from appointments.enums import Status
from appointments.models import Agenda, Appointment


def put_at(locked: Appointment, agenda: Agenda, starts_at: datetime) -> None:
    """Put a booked appointment into `agenda` at `starts_at`, keeping its duration. Raises BookingRefused."""
    require_status(locked, Status.BOOKED)
    require_present(locked.detainee)
    ends_at = starts_at + (locked.ends_at - locked.starts_at)
    require_future(ends_at)
    locked.agenda, locked.starts_at, locked.ends_at = agenda, starts_at, ends_at
    locked.session = open_session(agenda, starts_at, ends_at)
    projection.call(locked, at=arrival(locked))
    save_change(locked)


def withdraw_left(before: Iterable[UUID | None], moved: Iterable[Appointment]) -> None:
    """Withdraw the movements that were there before and that no longer call anybody."""
    for movement in set(before) - {appointment.movement_id for appointment in moved}:
        projection.withdraw_if_unused(movement)
