"""Cancels a hospital escort and says by whom and why it was; a correction keeps the former word."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.models import User
from access.refusal import Refused
from appointments import projection
from appointments.escorts.guards import lock_escort, require_manager, require_status
from appointments.models import Escort, EscortChange
from appointments.models.enums.appointment import RefusalCause
from appointments.models.enums.escort import ESCORT_TO_COME, EscortCancelReason, EscortStatus
from appointments.models.revision import save_change


def cancel_escort(
    *, by: User, escort: Escort, revision: int, reason: EscortCancelReason, cause: RefusalCause | None = None
) -> Escort:
    """Cancel an escort; a line that its departure had put on the prison's list is withdrawn. Raises Refused."""
    require_manager(by, escort.establishment)
    with transaction.atomic():
        cancelled = lock_escort(escort, revision=revision)
        cancel_locked(cancelled, reason, by=by, cause=cause)
        record(by=by, verb=Verb.CANCEL, target=cancelled, establishment=cancelled.establishment_id)
    return cancelled


def correct_cancellation(
    *, by: User, escort: Escort, revision: int, reason: EscortCancelReason, cause: RefusalCause | None = None
) -> Escort:
    """Say anew by whom an escort was cancelled or refused, and why; what was said before stays. Raises Refused."""
    require_manager(by, escort.establishment)
    with transaction.atomic():
        row = lock_escort(escort, revision=revision)
        require_status(row, EscortStatus.CANCELLED)
        if reason == EscortCancelReason.MISTAKE and row.cancel_reason != reason:
            raise Refused("reason", _("What was cancelled for a reason does not become a mistake afterwards."))
        say(row, reason, by=by, cause=cause)
        record(by=by, verb=Verb.RECORD_OUTCOME, target=row, establishment=row.establishment_id)
    return row


def cancel_locked(escort: Escort, reason: EscortCancelReason, *, by: User, cause: RefusalCause | None = None) -> None:
    """Cancel an escort that the caller has locked. Raises Refused."""
    require_status(escort, *ESCORT_TO_COME, EscortStatus.DEPARTED)
    has_failed = escort.status == EscortStatus.DEPARTED or escort.expected_at <= timezone.now()
    if reason == EscortCancelReason.MISTAKE and has_failed:
        raise Refused("reason", _("This escort was due already: say who or what prevented it."))
    called, escort.movement, escort.status = escort.movement_id, None, EscortStatus.CANCELLED
    say(escort, reason, by=by, cause=cause)
    projection.withdraw_if_unused(called)


def say(escort: Escort, reason: EscortCancelReason, *, by: User, cause: RefusalCause | None) -> None:
    """Write down why the cancelled escort, whose row is locked, did not take place, in its history too."""
    if cause is not None and reason != EscortCancelReason.REFUSED:
        raise Refused("cause", _("Only a refusal that the person has confirmed has a cause."))
    escort.cancel_reason, escort.refusal_cause = reason, cause or ""
    save_change(escort)
    EscortChange.objects.create(
        establishment_id=escort.establishment_id,
        escort=escort,
        revision=escort.revision,
        cancel_reason=escort.cancel_reason,
        refusal_cause=escort.refusal_cause,
        by_id=by.pk,
        by_name=str(by),
    )
