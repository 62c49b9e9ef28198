"""Which unit the pages of obstructed care are about, for whoever works for several of them: chosen once a session."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from access.decorators import audience
from access.enums import CARE_ROLES
from access.requests import DoorRequest
from appointments.models import CareUnit
from appointments.rights import rights_of

# In the session.
CHOSEN = "obstruction_unit"


def log_unit_of(request: DoorRequest) -> CareUnit:
    """Return the unit that was chosen among those of the person, the first one while none was."""
    units = rights_of(request).log_units
    return next((unit for unit in units if unit.pk == request.session.get(CHOSEN)), units[0])


def unit_choice(request: DoorRequest) -> dict[str, Any]:
    """Return what a page shows of the choice: nothing for whoever works for one unit."""
    units = rights_of(request).log_units
    return {"log_units": units, "log_unit": log_unit_of(request)} if len(units) > 1 else {}


@audience(*CARE_ROLES)
@require_POST
def choose_unit(request: DoorRequest) -> HttpResponse:
    chosen = next((unit for unit in rights_of(request).log_units if str(unit.pk) == request.POST.get("unit")), None)
    if chosen is None:
        raise Http404
    request.session[CHOSEN] = chosen.pk
    back = request.POST.get("to", "")
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if is_ours else "obstruction")
