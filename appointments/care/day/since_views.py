"""The page of what changed since one's last shift."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.requests import DoorRequest
from appointments.care.day.since import read_since
from appointments.models import Agenda
from appointments.registry import IMPORTERS
from appointments.rights import rights_of


@audience(*CARE_ROLES)
@require_safe
def since(request: DoorRequest) -> HttpResponse:
    record(by=request.user, verb=Verb.READ, target=Agenda, establishment=request.establishment)
    rights = rights_of(request)
    context = {
        "shift": read_since(rights, with_lists=request.membership.role in IMPORTERS),
        "units_are_named": rights.has_several_units,
        "zone": request.establishment.zone,
    }
    return render(request, "care/day/since.html", context)
