"""Takes back what was done to an appointment today: it is again exactly as it was, and the history keeps both."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.models import User
from appointments import projection
from appointments.booking.booked import cancel
from appointments.booking.guards import (
    BookingRefused,
    arrival,
    booking_refusals,
    lock_appointment,
    require_bookable,
    require_future,
    require_not_over,
    require_present,
)
from appointments.booking.history import is_of_today, last_standing, restore, save_with_history
from appointments.booking.unplanned import take_back
from appointments.models import Agenda, Appointment, AppointmentChange, ConsultationSession
from appointments.models.enums.appointment import CancelReason, ChangeKind

# To take these back is to take a time again, under the same rules as booking it.
OF_THE_TIME = frozenset({ChangeKind.MOVED, ChangeKind.CANCELLED})


def undo(*, by: User, appointment: Appointment, revision: int) -> Appointment:
    """Take back the last change of `appointment`, if it was made today; one after the other, as often as asked.

    A booking is taken back by cancelling it as a mistake. Raises ChangedMeanwhile, BookingRefused: the time may have
    been given to somebody else meanwhile.
    """
    change = last_standing(appointment.changes.order_by("revision"))
    if change is None or not is_of_today(change, appointment):
        raise BookingRefused("undo", _("Nothing was done to this appointment today that could be taken back."))
    if change.what == ChangeKind.UNPLANNED:
        return take_back(by=by, appointment=appointment, revision=revision)
    if appointment.is_unplanned:
        raise BookingRefused("undo", _("Nobody was expected here: write down anew that the person is seen."))
    if change.what == ChangeKind.BOOKED:
        return cancel(by=by, appointment=appointment, revision=revision, reason=CancelReason.MISTAKE)
    before = change.before.get("agenda_id")
    agendas = tuple(Agenda.objects.select_related("establishment").filter(pk=before)) if before else ()
    require_bookable(by, appointment.agenda, *agendas)
    with transaction.atomic(), booking_refusals():
        projection.hold_arrival_times(appointment.agenda.establishment)
        row = lock_appointment(appointment, revision=revision, agendas=agendas)
        left = row.movement_id
        if change.what == ChangeKind.MOVED:
            require_not_over(row, to=datetime.fromisoformat(change.before.get("starts_at", row.starts_at.isoformat())))
        restore(row, change)
        if change.what in OF_THE_TIME:
            _take_time_again(row)
        save_with_history(row, by=by, what=ChangeKind.UNDONE, undoes=change)
        if left != row.movement_id:
            projection.withdraw_if_unused(left)
        record(by=by, verb=_verb(change), target=row, establishment=row.establishment_id)
    return row


def _take_time_again(row: Appointment) -> None:
    require_future(row.ends_at)
    require_present(row.detainee)
    row.session = _session_around(row)
    projection.call(row, at=arrival(row))


def _session_around(row: Appointment) -> ConsultationSession:
    """Return the session that holds the whole time again; whether a place is left in it, the database says."""
    sessions = ConsultationSession.objects.filter(agenda=row.agenda_id, agenda__is_active=True)
    session = sessions.filter(starts_at__lte=row.starts_at, ends_at__gte=row.ends_at).first()
    if session is None:
        raise BookingRefused(
            "closed",
            _("The agenda “%(agenda)s” is not open for this whole time. Choose a free slot.")
            % {"agenda": row.agenda.name},
        )
    return session


def _verb(change: AppointmentChange) -> Verb:
    return Verb.MOVE if change.what in OF_THE_TIME else Verb.RECORD_OUTCOME
