"""Takes back what was done to several appointments in one step: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from access.models import Establishment, User
from appointments import projection
from appointments.booking.guards import (
    BookingRefused,
    ChangedMeanwhile,
    booking_refusals,
    judged_by_the_outcome,
    lock_appointments,
)
from appointments.booking.history import in_one_step
from appointments.booking.undo import undo
from appointments.models import Agenda, AppointmentChange
from appointments.models.enums.appointment import ChangeKind


def done_in_step(*, by: User, establishment: Establishment, at: datetime) -> list[AppointmentChange]:
    """Return what `by` did to appointments in the step of that instant and nobody took back, in its order."""
    rows = AppointmentChange.objects.filter(establishment=establishment, by_id=by.pk, at=at, undone_by=None)
    related = ("appointment__detainee", "appointment__agenda__establishment", "appointment__kind")
    return list(rows.exclude(what=ChangeKind.UNDONE).select_related(*related).order_by("pk"))


def undo_together(*, by: User, changes: Sequence[AppointmentChange]) -> None:
    """Take back each of `changes`, the last one first; nothing where one of them is no longer what was last done.

    Raises ChangedMeanwhile, BookingRefused, whose `person` is the one about whom it is.
    """
    if not changes:
        return
    with transaction.atomic(), booking_refusals(), projection.settled_together(), in_one_step():
        hold(changes)
        with judged_by_the_outcome():
            for change in reversed(changes):
                try:
                    undo(by=by, appointment=change.appointment, revision=change.revision)
                except BookingRefused as refusal:
                    refusal.person = change.appointment.detainee
                    raise


def hold(changes: Sequence[AppointmentChange]) -> None:
    """Lock everybody and every agenda concerned in one go, and refuse what was changed since."""
    projection.hold_arrival_times(changes[0].appointment.agenda.establishment)
    agendas = Agenda.objects.filter(pk__in={change.before.get("agenda_id") for change in changes} - {None})
    for change in changes:
        if change.appointment.revision != change.revision:
            refusal = ChangedMeanwhile(since=change.revision)
            refusal.person = change.appointment.detainee
            raise refusal
    lock_appointments({change.appointment: change.revision for change in changes}, agendas=tuple(agendas))
