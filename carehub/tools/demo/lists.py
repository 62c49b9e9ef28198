"""The officers' lists of one invented establishment, published as they would be at this hour."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from appointments.arithmetic.timegrid import local_midnights
from appointments.models import Appointment, Movement
from appointments.models.enums.appointment import Status
from appointments.projection import Schedule, movement_id, neutral_fields

# One line in so many of today's came after the list was published.
ONE_ADDED_IN = 15


@dataclass(frozen=True)
class Lists:
    """Writes movements: today's are all in sight, some of them marked; later ones wait for their publication."""

    schedule: Schedule
    since: datetime

    def movements(self, appointments: Iterable[Appointment]) -> list[Movement]:
        """Return the movements of `appointments`, and point those that call somebody to theirs."""
        found: dict[object, Movement] = {}
        listed = [each for each in appointments if each.called_at >= self.since and each.detainee.is_present]
        for appointment in listed:
            if appointment.status != Status.CANCELLED:
                line = self._line(appointment)
                appointment.movement = found.setdefault(line.pk, line)
        for appointment in listed:
            if appointment.status == Status.CANCELLED and self._is_today(appointment):
                line = self._line(appointment)
                line.withdrawn_from = local_midnights(self.schedule.today, self.schedule.grid.zone)[0]
                found.setdefault(line.pk, line)
        return list(found.values())

    def _line(self, appointment: Appointment) -> Movement:
        person, at = appointment.detainee, appointment.called_at
        opening = self.schedule.grid.opening(self.schedule.day_of(at))
        waits = opening is not None and opening > self.schedule.now and not self._is_today(appointment)
        key = movement_id(appointment.establishment_id, person.register_number, at)
        return Movement(
            id=key,
            establishment_id=appointment.establishment_id,
            expected_at=at,
            visible_from=opening if waits else None,
            # Not by its own key, in which the establishment's is, and two loads count that up.
            is_added=self._is_today(appointment) and movement_id(0, person.register_number, at).int % ONE_ADDED_IN == 0,
            **neutral_fields(person),
        )

    def _is_today(self, appointment: Appointment) -> bool:
        return self.schedule.day_of(appointment.called_at) == self.schedule.today
