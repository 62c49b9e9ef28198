"""Writes the history of an appointment: what each change made of it, and the way back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from access.models import User
from access.written import insert
from appointments.booking.answers import follow
from appointments.models import Appointment, AppointmentChange
from appointments.models.enums.appointment import ChangeKind
from appointments.models.revision import save_change

TIMES = ("starts_at", "ends_at", "arrived_at", "started_at", "ended_at")
# What a person decides about an appointment. Session, arrival time and movement follow from these.
FIELDS = (
    "agenda_id",
    "kind_id",
    *TIMES,
    "shares_time",
    "status",
    "cancel_reason",
    "not_come_declared",
    "not_come_reason",
    "refusal_cause",
)


# The instant of all that is done in one step; None outside of one.
_one_step: ContextVar[datetime | None] = ContextVar("one_step", default=None)


@contextmanager
def in_one_step() -> Iterator[datetime]:
    """Date everything that is written inside alike, so that it can be taken back together; give that instant."""
    at = _one_step.get() or timezone.now()
    token = _one_step.set(at)
    try:
        yield at
    finally:
        _one_step.reset(token)


def snapshot(values: dict[str, Any]) -> dict[str, Any]:
    """Return `values` as they are written down: instants to the microsecond, in UTC."""
    return {
        name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }


def save_with_history(
    appointment: Appointment, *, by: User, what: ChangeKind, undoes: AppointmentChange | None = None
) -> None:
    """Save a changed appointment, whose row the caller has locked, count the change and write it down.

    The requests that it answers follow.
    """
    before = snapshot(Appointment.objects.values(*FIELDS).get(pk=appointment.pk))
    save_change(appointment)
    after = snapshot({name: getattr(appointment, name) for name in FIELDS})
    differing = [name for name in FIELDS if before[name] != after[name]]
    write(
        appointment,
        by=by,
        what=what,
        undoes=undoes,
        before={name: before[name] for name in differing},
        after={name: after[name] for name in differing},
    )
    follow(appointment)


def write(appointment: Appointment, *, by: User, what: ChangeKind, **values: Any) -> None:
    """Write one line of the history."""
    insert(line_of(appointment, by=by, what=what, **values))


def line_of(appointment: Appointment, *, by: User, what: ChangeKind, **values: Any) -> AppointmentChange:
    """Return one line of the history, not written yet; a new appointment has nothing before it."""
    return AppointmentChange(
        establishment_id=appointment.establishment_id,
        appointment=appointment,
        revision=appointment.revision,
        what=what,
        by_id=by.pk,
        by_name=str(by),
        at=_one_step.get() or timezone.now(),
        **values,
    )


def last_standing(changes: Iterable[AppointmentChange]) -> AppointmentChange | None:
    """Return the newest of an appointment's `changes` (oldest first) that nobody took back, or None."""
    known = list(changes)
    taken_back = {change.undoes_id for change in known}
    standing = [change for change in known if change.what != ChangeKind.UNDONE and change.pk not in taken_back]
    return standing[-1] if standing else None


def is_of_today(change: AppointmentChange, appointment: Appointment) -> bool:
    """Whether the change was made on this day of the establishment: until its end it can be taken back."""
    return appointment.establishment.day_of(change.at) == appointment.establishment.today()


def restore(appointment: Appointment, change: AppointmentChange) -> None:
    """Give `appointment`, unsaved, the values that it had before `change`."""
    for name, value in change.before.items():
        is_time = name in TIMES and value is not None
        setattr(appointment, name, datetime.fromisoformat(value) if is_time else value)
