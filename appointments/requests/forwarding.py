"""Forwards a request to another unit of the house, and takes it back while nobody there has touched it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.models import User
from access.refusal import Refused
from appointments.booking.guards import lock_person
from appointments.models import Appointment, CareUnit, Request
from appointments.models.revision import save_change
from appointments.requests.guards import hold, readdress, require_open, set_wanted
from appointments.rights import Rights, forwarded_by

# What the other unit does not learn, and what taking it back gives again.
LEFT_BEHIND = ("kind_id", "discipline", "triaged_by_id", "triaged_at", "returned_from_id")
KEYS: Mapping[str, Callable[[str], object]] = {"returned_from_id": UUID, "triaged_at": datetime.fromisoformat}


def forward(*, by: User, request: Request, revision: int, unit: CareUnit) -> Request:
    """Address `request` to another unit of the house, where it is to be sorted: its dates and note go with it.

    Raises RequestChanged, Refused.
    """
    with transaction.atomic():
        held = hold(request, by=by, revision=revision)
        require_open(held)
        if unit.establishment_id != held.establishment_id or unit.pk == held.unit_id:
            raise Refused("unit", _("Choose another unit of this establishment."))
        before, sender = left_behind(held), held.unit_id
        readdress(held, unit.pk)
        set_wanted(held, kind=None, discipline="")
        held.forwarded_from_id, held.forwarded_as, held.left_behind = sender, held.revision + 1, before
        held.triaged_by = held.triaged_at = None
        save_change(held)
        record(by=by, verb=Verb.CHANGE_REQUEST, target=held, establishment=held.establishment_id)
    return held


def left_behind(request: Request) -> dict[str, Any]:
    """Return what `request` says before it is forwarded, and of which discipline it was for who sees it."""
    values = {name: getattr(request, name) for name in LEFT_BEHIND}
    texts = {name: str(value) if value and name in KEYS else value for name, value in values.items()}
    return texts | {"seen_as": request.wanted_discipline}


def bring_back(*, by: User, request: Request) -> None:
    """Address `request` to the unit again that forwarded it, sorted as it was. Raises Refused.

    Whoever works for that unit may, as long as the other one has not touched it.
    """
    with transaction.atomic():
        lock_person(request.detainee_id)
        row = forwarded_by(Rights(by, request.establishment)).filter(pk=request.pk).first()
        if row is None:
            raise Refused("changed", _("The other unit deals with this request already: ask them to forward it back."))
        before, sender = row.left_behind, row.forwarded_from_id
        assert sender is not None  # noqa: S101 found by it
        readdress(row, sender)
        for name in LEFT_BEHIND:
            value = before[name]
            setattr(row, name, KEYS[name](value) if value and name in KEYS else value)
        # By now it may be forgotten, or another person's.
        former = row.returned_from_id
        if former and not Appointment.objects.filter(pk=former, detainee=row.detainee_id).exists():
            row.returned_from_id = None
        row.forwarded_as, row.left_behind = None, {}
        save_change(row)
        record(by=by, verb=Verb.CHANGE_REQUEST, target=row, establishment=row.establishment_id)
