"""Records what becomes of an appointment: arrived, in consultation, seen, did not come, and why.

None of it touches the movement: what care notes of a person is not told to the floor (docs/security.md).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.models import User
from appointments.booking.guards import (
    BookingRefused,
    booking_refusals,
    lock_appointment,
    no_longer_open,
    require_bookable,
)
from appointments.booking.history import save_with_history
from appointments.models import Appointment
from appointments.models.enums.appointment import (
    CARE_MAY_SAY,
    ChangeKind,
    NotComeReason,
    RefusalCause,
    Status,
)

# From which states each change may be made. Somebody recorded as not come may still turn up; what was recorded by
# mistake on an earlier day, when it can no longer be undone, may be recorded again.
ALLOWED: dict[ChangeKind, frozenset[str]] = {
    ChangeKind.ARRIVED: frozenset({Status.BOOKED, Status.NOT_COME}),
    ChangeKind.STARTED: frozenset({Status.BOOKED, Status.ARRIVED}),
    ChangeKind.SEEN: frozenset({Status.BOOKED, Status.ARRIVED, Status.IN_CONSULTATION, Status.NOT_COME}),
    ChangeKind.NOT_COME: frozenset({Status.BOOKED, Status.ARRIVED, Status.IN_CONSULTATION, Status.SEEN}),
    ChangeKind.REASON: frozenset({Status.NOT_COME}),
    ChangeKind.CAUSE: frozenset({Status.NOT_COME, Status.CANCELLED}),
}


def arrive(*, by: User, appointment: Appointment, revision: int) -> Appointment:
    """Record that the person has come into the waiting room. Raises ChangedMeanwhile, BookingRefused."""

    def come(row: Appointment, now: datetime) -> None:
        require_today(row, now)
        forget_absence(row)
        row.status, row.arrived_at = Status.ARRIVED, now

    return _record(by=by, appointment=appointment, revision=revision, what=ChangeKind.ARRIVED, change=come)


def start(*, by: User, appointment: Appointment, revision: int) -> Appointment:
    """Record that the consultation begins. Raises ChangedMeanwhile, BookingRefused."""

    def begin(row: Appointment, now: datetime) -> None:
        require_today(row, now)
        row.status, row.started_at = Status.IN_CONSULTATION, now

    return _record(by=by, appointment=appointment, revision=revision, what=ChangeKind.STARTED, change=begin)


def record_seen(*, by: User, appointment: Appointment, revision: int) -> Appointment:
    """Record that the person was seen. Raises ChangedMeanwhile, BookingRefused."""

    def finish(row: Appointment, now: datetime) -> None:
        require_begun(row, now)
        forget_absence(row)
        # The end is known only of a consultation whose beginning was noted today.
        row.ended_at = now if row.status == Status.IN_CONSULTATION and is_today(row, now) else None
        row.status = Status.SEEN

    return _record(by=by, appointment=appointment, revision=revision, what=ChangeKind.SEEN, change=finish)


def record_not_come(
    *,
    by: User,
    appointment: Appointment,
    revision: int,
    reason: NotComeReason | None = None,
    cause: RefusalCause | None = None,
) -> Appointment:
    """Record that the person did not come, with care's own `reason` as far as care knows one.

    What the prison declared is copied beside it. When neither said anything the reason is NO_REASON. `cause` is why a
    confirmed refusal was one. Raises ChangedMeanwhile, BookingRefused.
    """
    require_cares_reason(reason)
    require_cause_of_refusal(reason, cause)

    def miss(row: Appointment, now: datetime) -> None:
        require_begun(row, now)
        not_come(row, reason)
        row.refusal_cause = cause or ""

    return _record(by=by, appointment=appointment, revision=revision, what=ChangeKind.NOT_COME, change=miss)


def complete_reason(
    *,
    by: User,
    appointment: Appointment,
    revision: int,
    reason: NotComeReason,
    cause: RefusalCause | None = None,
) -> Appointment:
    """Write down what care has found out since: a refusal heard from the person and its `cause`, another reason.

    The former word stays in the history. Raises ChangedMeanwhile, BookingRefused.
    """
    require_cares_reason(reason)
    require_cause_of_refusal(reason, cause)

    def verify(row: Appointment, _now: datetime) -> None:
        was_refusal = row.is_confirmed_refusal
        row.not_come_declared = row.declared
        row.not_come_reason = reason
        # A refusal confirmed once more keeps the cause that it has; what is no refusal has none.
        kept = row.refusal_cause if was_refusal and row.is_confirmed_refusal else ""
        row.refusal_cause = cause or kept

    return _record(by=by, appointment=appointment, revision=revision, what=ChangeKind.REASON, change=verify)


def record_cause(*, by: User, appointment: Appointment, revision: int, cause: RefusalCause | None) -> Appointment:
    """Write down why a confirmed refusal was one; None when it turns out that nobody has asked yet.

    The former cause stays in the history. Raises ChangedMeanwhile, BookingRefused.
    """

    def tell(row: Appointment, _now: datetime) -> None:
        if not row.is_confirmed_refusal:
            raise BookingRefused("cause", _("Only a refusal that the person has confirmed has a cause."))
        row.refusal_cause = cause or ""

    return _record(by=by, appointment=appointment, revision=revision, what=ChangeKind.CAUSE, change=tell)


def not_come(row: Appointment, reason: NotComeReason | None) -> None:
    """Let the row, unsaved, say that the person did not come, by care's reason and what the prison declares."""
    row.status, row.started_at, row.ended_at = Status.NOT_COME, None, None
    row.not_come_declared = row.declared
    row.not_come_reason = reason or ("" if row.declared else NotComeReason.NO_REASON)


def require_cause_of_refusal(reason: NotComeReason | None, cause: RefusalCause | None) -> None:
    if cause is not None and reason != NotComeReason.REFUSAL_CONFIRMED:
        raise BookingRefused("cause", _("Only a refusal that the person has confirmed has a cause."))


def require_cares_reason(reason: NotComeReason | None) -> None:
    """Refuse a reason that is the prison's to declare: care writes down what care has verified."""
    if reason is not None and reason not in CARE_MAY_SAY:
        raise BookingRefused("reason", _("Only the prison side declares this. Choose what care itself knows."))


def require_today(row: Appointment, now: datetime) -> None:
    if not is_today(row, now):
        raise BookingRefused("day", _("This is not an appointment of today: record only whether the person was seen."))


def is_today(row: Appointment, now: datetime) -> bool:
    establishment = row.agenda.establishment
    return establishment.day_of(row.starts_at) == establishment.day_of(now)


def require_begun(row: Appointment, now: datetime) -> None:
    """Refuse an outcome before the person was called and the session has begun."""
    begins = row.called_at if row.session is None else min(row.called_at, row.session.starts_at)
    if begins > now:
        raise BookingRefused("future", _("This session has not begun: its outcome cannot be recorded yet."))


def forget_absence(row: Appointment) -> None:
    row.not_come_reason = row.not_come_declared = row.refusal_cause = ""


def _record(
    *,
    by: User,
    appointment: Appointment,
    revision: int,
    what: ChangeKind,
    change: Callable[[Appointment, datetime], None],
) -> Appointment:
    require_bookable(by, appointment.agenda)
    with transaction.atomic(), booking_refusals():
        row = lock_appointment(appointment, revision=revision)
        if row.status == Status.CANCELLED and what != ChangeKind.CAUSE:
            raise BookingRefused("status", _("This appointment was cancelled: it has no outcome to record."))
        if row.is_unplanned:
            raise BookingRefused("unplanned", _("Nobody was expected here: undo it if it was written by mistake."))
        if row.status not in ALLOWED[what]:
            raise no_longer_open(row)
        change(row, timezone.now())
        save_with_history(row, by=by, what=what)
        record(by=by, verb=Verb.RECORD_OUTCOME, target=row, establishment=row.establishment_id)
    return row
