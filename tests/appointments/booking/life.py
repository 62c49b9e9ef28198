"""Steps shared by the tests of an appointment's life: ten in the morning, one patient, and what officers record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from access.models import User
from appointments import booking
from appointments.models import Appointment, Movement, MovementEvent
from appointments.models.enums.appointment import CancelReason, ChangeKind
from appointments.models.enums.movement import MovementState
from tests.doors import through

VERBS: dict[ChangeKind, Callable[..., Appointment]] = {
    ChangeKind.ARRIVED: booking.arrive,
    ChangeKind.STARTED: booking.start,
    ChangeKind.SEEN: booking.record_seen,
    ChangeKind.NOT_COME: booking.record_not_come,
}


def do(verb: Callable[..., Appointment], by: User, appointment: Appointment, **values: Any) -> Appointment:
    """Do a verb at the care door to the appointment as it is now."""
    appointment.refresh_from_db()
    with through("care"):
        return verb(by=by, appointment=appointment, revision=appointment.revision, **values)


def cancel(by: User, appointment: Appointment, reason: CancelReason = CancelReason.UNIT_ABSENT) -> Appointment:
    """Cancel for a reason of care."""
    return do(booking.cancel, by, appointment, reason=reason)


def floor_says(movement: Movement | None, state: MovementState, impediment: str = "") -> None:
    """Let an officer have said this of a line: as the courier leaves the rows of this side."""
    assert movement is not None
    MovementEvent.objects.create(
        establishment_id=movement.establishment_id,
        register_number=movement.register_number,
        expected_at=movement.expected_at,
        state=state,
        impediment=impediment,
    )
    is_expected = state == MovementState.EXPECTED
    Movement.objects.filter(pk=movement.pk).update(
        state=state,
        impediment=impediment,
        state_at=None if is_expected else movement.expected_at + timedelta(minutes=1),
    )


def everything(appointment: Appointment) -> dict[str, Any]:
    """All values of the appointment but the count of its changes."""
    [row] = Appointment.objects.filter(pk=appointment.pk).values()
    return {name: value for name, value in row.items() if name != "revision"}
