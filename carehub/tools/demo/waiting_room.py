"""Lets the invented appointments of today get as far as the clock allows, with their history: the waiting room now."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

from access.models import Establishment
from appointments.booking.history import FIELDS, snapshot
from appointments.models import Appointment, AppointmentChange
from appointments.models.enums.appointment import Status
from appointments.models.enums.movement import MovementState
from carehub.tools.demo.present import DoneStep, arrival, call_of, steps_until, todays_appointments
from carehub.tools.demo.queues import passages

WRITTEN = ("status", "arrived_at", "started_at", "ended_at", "not_come_declared", "not_come_reason", "revision")


def write_waiting_room(establishment: Establishment, *, today: date) -> None:
    """Write what care has noted of today's appointments by now; two statements whatever their number."""
    now, rows = timezone.now(), todays_appointments(establishment, today=today)
    passed = passages(call_of(one) for one in rows if not one.floor_impediment)
    done = {one.pk: steps_until(now, one, passed.get(one.pk.int)) for one in rows}
    if not any(steps and steps[-1].fields["status"] == Status.ARRIVED for steps in done.values()):
        # Between two half-days, too, somebody waits: those whom officers have just brought.
        done |= {one.pk: [arrival(brought_at(one, now))] for one in rows if is_brought(one) and not done[one.pk]}
    changes = [change for one in rows for change in changes_of(one, done[one.pk])]
    Appointment.objects.bulk_update(rows, WRITTEN, batch_size=1000)
    AppointmentChange.objects.bulk_create(changes, batch_size=1000)


def is_brought(one: Appointment) -> bool:
    return one.floor_state == MovementState.ARRIVED


def brought_at(one: Appointment, now: datetime) -> datetime:
    """Return when care saw them come in: a minute after the officers."""
    at = one.movement.state_at if one.movement is not None else None
    return min(now, (at or now) + timedelta(minutes=1))


def changes_of(one: Appointment, steps: list[DoneStep]) -> list[AppointmentChange]:
    """Take `steps` on the unsaved appointment, and return its history."""
    changes = []
    for step in steps:
        before = snapshot({name: getattr(one, name) for name in FIELDS})
        for name, value in step.fields.items():
            setattr(one, name, value)
        one.revision += 1
        after = snapshot({name: getattr(one, name) for name in FIELDS})
        differing = [name for name in FIELDS if before[name] != after[name]]
        changes.append(
            AppointmentChange(
                establishment_id=one.establishment_id,
                appointment=one,
                revision=one.revision,
                what=step.what,
                before={name: before[name] for name in differing},
                after={name: after[name] for name in differing},
                by_id=one.booked_by_id,
                by_name=str(one.booked_by),
                at=step.at,
            )
        )
    return changes
