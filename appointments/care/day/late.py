"""Who waits beyond the tolerance right now, in one line of today's page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from access.sorting import french_key
from appointments.models import Appointment
from appointments.models.enums.appointment import Status
from appointments.models.enums.movement import MovementState
from appointments.rights import Rights
from appointments.statistics.delays import delays_today, tolerance_of

# Officers have not said that the person is there, nor that they cannot be brought.
STILL_AWAITED = frozenset({MovementState.EXPECTED, MovementState.CALLED, MovementState.LEFT})


class LatePerson(NamedTuple):
    appointment: Appointment
    since: datetime
    minutes: int


@dataclass(frozen=True)
class LateToday:
    tolerance: int
    # Not at the unit so long after their time, and at the unit for so long without being seen.
    not_arrived: list[LatePerson]
    not_seen: list[LatePerson]
    # Of those who came so far: `known` of `of` at a known time, `beyond` of these late, half within `median` minutes.
    of: int
    known: int
    beyond: int
    median: int


def read_late(rights: Rights, shown: Iterable[Appointment]) -> LateToday:
    """Return who waits of today's appointments `shown`, and how late people came so far. Two queries."""
    establishment, now, rows = rights.establishment, timezone.now(), list(shown)
    tolerance = tolerance_of(establishment)
    found = delays_today(establishment, [one.pk for one in rows], tolerance=tolerance).total
    awaited = [(one, one.called_at) for one in rows if one.status == Status.BOOKED and one.floor_state in STILL_AWAITED]
    there = [(one, one.arrived_at) for one in rows if one.status == Status.ARRIVED and one.arrived_at is not None]
    return LateToday(
        tolerance=tolerance,
        not_arrived=waiting(awaited, now, tolerance),
        not_seen=waiting(there, now, tolerance),
        of=found.arrived.of,
        known=found.arrived.known,
        beyond=found.beyond,
        median=round(found.arrived.median or 0),
    )


def waiting(since: Iterable[tuple[Appointment, datetime]], now: datetime, tolerance: int) -> list[LatePerson]:
    """Return who waits for longer than the tolerance, the longest first, each person once a call."""
    found: dict[tuple[object, datetime], LatePerson] = {}
    for one, at in since:
        if now - at > timedelta(minutes=tolerance):
            found.setdefault(
                (one.detainee_id, one.called_at), LatePerson(one, at, int((now - at).total_seconds()) // 60)
            )
    return sorted(found.values(), key=lambda each: (-each.minutes, french_key(each.appointment.detainee.display_name)))
