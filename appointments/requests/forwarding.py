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
from access.models import Establishment, User
from access.refusal import Refused
from appointments.booking.guards import lock_person
from appointments.models import CareUnit, Request
from appointments.models.enums.request import RequestStatus
from appointments.models.revision import save_change
from appointments.requests.guards import hold, readdress, require_open, set_wanted
from appointments.rights import Rights

# What the other unit does not learn, and what taking it back gives again.
LEFT_BEHIND = ("unit_id", "kind_id", "discipline", "triaged_by_id", "triaged_at", "returned_from_id")
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
        readdress(held, unit.pk)
        set_wanted(held, kind=None, discipline="")
        held.triaged_by = held.triaged_at = None
        save_change(held)
        record(by=by, verb=Verb.CHANGE_REQUEST, target=held, establishment=held.establishment_id)
    return held


def left_behind(request: Request) -> dict[str, Any]:
    """Return what `request` says before it is forwarded, as it can be kept with a session."""
    values = {name: getattr(request, name) for name in LEFT_BEHIND}
    return {name: str(value) if value and name in KEYS else value for name, value in values.items()}


def bring_back(*, by: User, establishment: Establishment, key: UUID, revision: int, before: Mapping[str, Any]) -> None:
    """Address the request of that key to the unit again that forwarded it, sorted as it was.

    `revision` is what forwarding made of it: the other unit has not touched it since. Raises Refused.
    """
    with transaction.atomic():
        row = Request.objects.filter(pk=key, establishment=establishment).first()
        if row is not None:
            lock_person(row.detainee_id)
            row.refresh_from_db()
        if row is None or row.revision != revision or row.status != RequestStatus.OPEN:
            raise Refused("changed", _("The other unit deals with this request already: ask them to forward it back."))
        if before["unit_id"] not in {unit.pk for unit in Rights(by, establishment).units_in_view}:
            raise Refused("unit", _("You work for that unit no longer."))
        for name in LEFT_BEHIND:
            value = before[name]
            setattr(row, name, KEYS[name](value) if value and name in KEYS else value)
        save_change(row)
        record(by=by, verb=Verb.CHANGE_REQUEST, target=row, establishment=establishment)
