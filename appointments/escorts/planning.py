"""Plans a hospital escort, confirms it, plans it again, cancels it. Nothing of it reaches the prison side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from access.audit import record
from access.enums import Verb
from access.models import User
from appointments import projection
from appointments.booking.guards import lock_person, require_future, require_present
from appointments.escorts.guards import (
    escort_refusals,
    lock_extraction,
    require_free_day,
    require_manager,
    require_status,
)
from appointments.models import Detainee, Extraction
from appointments.models.enums.escort import ExtractionCancelReason, ExtractionStatus
from appointments.models.revision import save_change


def plan_extraction(
    *,
    by: User,
    detainee: Detainee,
    hospital: str,
    expected_at: datetime,
    department: str = "",
    transport: Sequence[str] = (),
) -> Extraction:
    """Plan that `detainee` is expected at `hospital` at that time. Raises Refused."""
    require_manager(by, detainee.establishment)
    require_future(expected_at)
    with transaction.atomic(), escort_refusals():
        person = lock_person(detainee.pk)
        require_present(person)
        require_free_day(person, expected_at)
        planned = Extraction(
            establishment=person.establishment,
            detainee=person,
            hospital=hospital,
            department=department,
            expected_at=expected_at,
            transport=list(transport),
            planned_by=by,
        )
        planned.save(force_insert=True)
        record(by=by, verb=Verb.BOOK, target=planned, establishment=person.establishment_id)
    return planned


def confirm(*, by: User, extraction: Extraction, revision: int) -> Extraction:
    """Record that prison and hospital both agreed to the date. Raises Refused."""
    require_manager(by, extraction.establishment)
    with transaction.atomic():
        confirmed = lock_extraction(extraction, revision=revision)
        require_status(confirmed, ExtractionStatus.PLANNED)
        require_present(confirmed.detainee)
        confirmed.status = ExtractionStatus.CONFIRMED
        save_change(confirmed)
        record(by=by, verb=Verb.MOVE, target=confirmed, establishment=confirmed.establishment_id)
    return confirmed


def replan_extraction(
    *,
    by: User,
    extraction: Extraction,
    revision: int,
    hospital: str,
    expected_at: datetime,
    department: str = "",
    transport: Sequence[str] = (),
    reason: ExtractionCancelReason | None = None,
) -> Extraction:
    """Plan an escort again: the old one stays as cancelled, with its reason, and the new one follows it.

    `reason` is why the old one does not take place; it is not asked of one that was cancelled already.
    Raises Refused.
    """
    require_manager(by, extraction.establishment)
    require_future(expected_at)
    with transaction.atomic(), escort_refusals():
        old = lock_extraction(extraction, revision=revision)
        require_present(old.detainee)
        if old.status != ExtractionStatus.CANCELLED:
            _cancel(old, reason or ExtractionCancelReason.MISTAKE)
        require_free_day(old.detainee, expected_at)
        new = Extraction(
            establishment=old.establishment,
            detainee=old.detainee,
            hospital=hospital,
            department=department,
            expected_at=expected_at,
            transport=list(transport),
            planned_by=by,
            follows=old,
        )
        new.save(force_insert=True)
        record(by=by, verb=Verb.MOVE, target=new, establishment=new.establishment_id)
    return new


def cancel_extraction(*, by: User, extraction: Extraction, revision: int, reason: ExtractionCancelReason) -> Extraction:
    """Cancel an escort; a line that its departure had put on the prison's list is withdrawn. Raises Refused."""
    require_manager(by, extraction.establishment)
    with transaction.atomic():
        cancelled = lock_extraction(extraction, revision=revision)
        _cancel(cancelled, reason)
        record(by=by, verb=Verb.CANCEL, target=cancelled, establishment=cancelled.establishment_id)
    return cancelled


def _cancel(extraction: Extraction, reason: ExtractionCancelReason) -> None:
    require_status(extraction, ExtractionStatus.PLANNED, ExtractionStatus.CONFIRMED, ExtractionStatus.DEPARTED)
    called, extraction.movement = extraction.movement_id, None
    extraction.status, extraction.cancel_reason = ExtractionStatus.CANCELLED, reason
    save_change(extraction)
    projection.withdraw_if_unused(called)
