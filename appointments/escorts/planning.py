"""Plans a hospital escort, confirms it, plans it again. Nothing of it reaches the prison side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from access.audit import record
from access.enums import Verb
from access.models import User
from appointments.booking.guards import lock_person, require_future, require_present
from appointments.escorts.cancelling import cancel_locked
from appointments.escorts.guards import (
    escort_refusals,
    lock_escort,
    require_free_day,
    require_manager,
    require_status,
)
from appointments.models import Detainee, Escort
from appointments.models.enums.escort import EscortCancelReason, EscortStatus
from appointments.models.revision import save_change


def plan_escort(
    *,
    by: User,
    detainee: Detainee,
    hospital: str,
    expected_at: datetime,
    department: str = "",
    transport: Sequence[str] = (),
) -> Escort:
    """Plan that `detainee` is expected at `hospital` at that time. Raises Refused."""
    require_manager(by, detainee.establishment)
    require_future(expected_at)
    with transaction.atomic(), escort_refusals():
        person = lock_person(detainee.pk)
        require_present(person)
        require_free_day(person, expected_at)
        planned = Escort(
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


def confirm(*, by: User, escort: Escort, revision: int) -> Escort:
    """Record that prison and hospital both agreed to the date. Raises Refused."""
    require_manager(by, escort.establishment)
    with transaction.atomic():
        confirmed = lock_escort(escort, revision=revision)
        require_status(confirmed, EscortStatus.PLANNED)
        require_present(confirmed.detainee)
        confirmed.status = EscortStatus.CONFIRMED
        save_change(confirmed)
        record(by=by, verb=Verb.MOVE, target=confirmed, establishment=confirmed.establishment_id)
    return confirmed


def replan_escort(
    *,
    by: User,
    escort: Escort,
    revision: int,
    hospital: str,
    expected_at: datetime,
    department: str = "",
    transport: Sequence[str] = (),
    reason: EscortCancelReason | None = None,
) -> Escort:
    """Plan an escort again: the old one stays as cancelled, with its reason, and the new one follows it.

    `reason` is why the old one does not take place; it is not asked of one that was cancelled already.
    Raises Refused.
    """
    require_manager(by, escort.establishment)
    require_future(expected_at)
    with transaction.atomic(), escort_refusals():
        old = lock_escort(escort, revision=revision)
        require_present(old.detainee)
        if old.status != EscortStatus.CANCELLED:
            cancel_locked(old, reason or EscortCancelReason.MISTAKE, by=by)
        require_free_day(old.detainee, expected_at)
        new = Escort(
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
