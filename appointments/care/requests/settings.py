"""What the unit has settled about its requests and its nominal list: closed wings, arrivals."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from access.decorators import audience
from access.enums import Role
from access.requests import DoorRequest
from appointments.care.requests.forms import RequestSettingsForm
from appointments.requests.preferences import change_settings, settings_of, unit_of_arrivals
from appointments.rights import rights_of


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: DoorRequest) -> HttpResponse:
    unit = unit_of_arrivals(request.establishment)
    if not rights_of(request).leads(unit):
        raise PermissionDenied(_("The head of the unit that sees arrivals settles this."))
    kept = settings_of(request.establishment)
    initial = {
        "closed_wings": kept.closed_wings,
        "arrivals_asked": kept.arrivals_asked,
        "arrival_kind": kept.arrival_kind_id,
        "arrival_days": kept.arrival_days,
    }
    sent = request.POST if request.method == "POST" else None
    form = RequestSettingsForm(sent, initial=initial, unit=unit)
    if sent is not None and form.is_valid():
        change_settings(request.establishment, by=request.user, **form.cleaned_data)
        messages.success(request, _("Settled. The next import follows it."))
        return redirect("registry")
    return render(request, "care/requests/request_settings.html", {"form": form}, status=422 if form.errors else 200)
