"""Records what became of an appointment."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.models import User
from appointments.booking.guards import (
    BookingRefused,
    lock_appointment,
    require_bookable,
    save_change,
    sentences_for_constraints,
)
from appointments.enums import NotComeReason, Status
from appointments.models import Appointment


def record_seen(*, by: User, appointment: Appointment, revision: int) -> Appointment:
    """Record that the person came and was seen. Raises ChangedMeanwhile, BookingRefused."""
    return _record_outcome(by=by, appointment=appointment, revision=revision, status=Status.SEEN, reason="")


def record_not_come(*, by: User, appointment: Appointment, revision: int, reason: NotComeReason) -> Appointment:
    """Record that the person did not come, and why as far as care knows. Raises ChangedMeanwhile, BookingRefused."""
    return _record_outcome(by=by, appointment=appointment, revision=revision, status=Status.NOT_COME, reason=reason)


def _record_outcome(*, by: User, appointment: Appointment, revision: int, status: Status, reason: str) -> Appointment:
    require_bookable(by, appointment.agenda)
    with transaction.atomic(), sentences_for_constraints():
        done = lock_appointment(appointment, revision=revision)
        if done.status == Status.CANCELLED:
            raise BookingRefused("status", _("This appointment was cancelled: it has no outcome to record."))
        if done.session is None or done.session.starts_at > timezone.now():
            raise BookingRefused("future", _("This session has not begun: its outcome cannot be recorded yet."))
        done.status, done.not_come_reason = status, reason
        save_change(done)
        record(by=by, verb=Verb.RECORD_OUTCOME, target=done, establishment=done.establishment_id)
    return done
