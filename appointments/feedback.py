"""What officers report, as care reads it: where each person is, who cannot be brought and why, what is frozen.

Reads only. Care learns what was recorded and when, never which officer recorded it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from access.models import Establishment
from appointments.enums import Impediment, MovementState
from appointments.models import Appointment, Freeze, Movement


@dataclass(frozen=True)
class Feedback:
    """What the prison reports of one person on the way to one appointment."""

    state: MovementState
    impediment: str
    since: datetime | None

    @property
    def is_impeded(self) -> bool:
        """Whether the person cannot be brought."""
        return self.state == MovementState.IMPEDED

    @property
    def words(self) -> str:
        """The report in words: the state, with the reason when there is one."""
        said = str(self.state.label)
        return f"{said} · {Impediment(self.impediment).label}" if self.impediment else said


def feedback_for(appointments: Iterable[Appointment]) -> dict[UUID, Feedback]:
    """Return what was reported about each of `appointments`, by its key; those still expected are left out.

    One query whatever their number. Appointments of one person at one arrival time share what is reported.
    """
    keys = {one.pk: one.movement_id for one in appointments if one.movement_id}
    rows = Movement.objects.filter(pk__in=set(keys.values())).exclude(state=MovementState.EXPECTED)
    said = {
        key: Feedback(MovementState(state), impediment, since)
        for key, state, impediment, since in rows.values_list("pk", "state", "impediment", "state_at")
    }
    return {key: said[movement] for key, movement in keys.items() if movement in said}


def with_feedback(appointments: Sequence[Appointment]) -> Sequence[Appointment]:
    """Note on each of `appointments` what was reported about it. One query."""
    reported = feedback_for(appointments)
    for one in appointments:
        one.feedback = reported.get(one.pk)
    return appointments


def impeded(appointments: Iterable[Appointment]) -> list[Appointment]:
    """Return those of `appointments` (with their feedback) whose person cannot be brought, earliest first."""
    found = [one for one in appointments if one.feedback is not None and one.feedback.is_impeded]
    return sorted(found, key=lambda one: (one.starts_at, one.detainee.last_name, str(one.pk)))


def freezes_in_force(establishment: Establishment) -> list[Freeze]:
    """Return the frozen movements of `establishment`, the whole house first. One query."""
    return list(Freeze.objects.filter(establishment=establishment).neutral().in_force())
