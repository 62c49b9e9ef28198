"""Sorts a request: what it is for, how it ranks, how long the person may wait."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from access.audit import record
from access.enums import Verb
from access.models import User
from appointments.arithmetic.recurrence import HalfDay
from appointments.models import Kind, Request
from appointments.models.enums.request import Priority
from appointments.models.revision import save_change
from appointments.requests.guards import hold, require_open, set_wanted


def triage(
    *,
    by: User,
    request: Request,
    revision: int,
    priority: Priority,
    within_days: int,
    kind: Kind | None = None,
    discipline: str = "",
    note: str | None = None,
    half_days: Collection[HalfDay] | None = None,
) -> Request:
    """Sort `request`: it waits in the queue for an appointment of that kind, at the latest `within_days` after it came.

    `note` and `half_days` stay as they are when None. Raises RequestChanged, Refused.
    """
    with transaction.atomic():
        held = hold(request, by=by, revision=revision)
        require_open(held)
        set_wanted(held, kind=kind, discipline=discipline)
        held.priority = priority
        held.due_on = held.received_on + timedelta(days=within_days)
        held.note = held.note if note is None else note
        if half_days is not None:
            held.half_days = sorted(half.number for half in half_days)
        if held.is_sorted:
            held.triaged_by, held.triaged_at = by, timezone.now()
        save_change(held)
        record(by=by, verb=Verb.CHANGE_REQUEST, target=held, establishment=held.establishment_id)
    return held


def accept(*, by: User, request: Request, revision: int) -> Request:
    """Sort `request` as it stands. Raises RequestChanged, Refused."""
    return triage(
        by=by,
        request=request,
        revision=revision,
        priority=Priority(request.priority),
        within_days=request.within_days,
        kind=request.kind,
        discipline=request.discipline,
    )
