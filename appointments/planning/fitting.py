"""Whether booked people fit a session of other hours, another mode or fewer places; and giving it that shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from appointments import booking
from appointments.arithmetic.timegrid import Interval, contains
from appointments.models import Appointment, ConsultationSession, Room
from appointments.models.enums.planning import SessionMode


@dataclass(frozen=True, kw_only=True)
class Shape:
    """All that a session is besides its day: how its people are seen, how many, where."""

    slot_minutes: int
    mode: SessionMode = SessionMode.FIXED
    capacity: int | None = None
    overbooking: int = 0
    room: Room | None = None


def misfits(
    session: ConsultationSession, appointments: Sequence[Appointment], *, hours: Interval, shape: Shape
) -> list[Appointment]:
    """Return those of the session's appointments that would not fit it any longer.

    In shared time the end follows the session's; in a group the beginning counts. All are returned when the mode
    changes or the places would not do.
    """
    shared = sum(one.shares_time for one in appointments)
    if shape.mode != session.mode or shared > (shape.capacity or 0) + shape.overbooking:
        return list(appointments)
    if shape.mode == SessionMode.GROUP:
        return [one for one in appointments if one.starts_at != hours[0]]
    if shape.mode == SessionMode.FLEXIBLE:
        return [one for one in appointments if not hours[0] <= one.starts_at < hours[1]]
    return [one for one in appointments if not contains(hours, (one.starts_at, one.ends_at))]


def reshape(session: ConsultationSession, *, hours: Interval, shape: Shape) -> None:
    """Give the session these hours and this shape, and save it; its people fit."""
    if session.is_shared:
        booking.end_with_session(session, hours[1])
    session.starts_at, session.ends_at = hours
    session.slot_minutes, session.mode, session.room = shape.slot_minutes, shape.mode, shape.room
    session.capacity, session.overbooking = shape.capacity, shape.overbooking
    session.save()


def has_shape(session: ConsultationSession, *, hours: Interval, shape: Shape) -> bool:
    room = shape.room.pk if shape.room else None
    there = (session.slot_minutes, session.mode, session.capacity, session.overbooking, session.room_id)
    wanted = (shape.slot_minutes, shape.mode, shape.capacity, shape.overbooking, room)
    return (session.starts_at, session.ends_at) == hours and there == wanted
