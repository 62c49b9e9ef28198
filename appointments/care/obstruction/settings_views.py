"""From when on the log counts an impediment as repeated, a silence as a fact, and an arrival as late."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from access.decorators import audience
from access.enums import Role
from access.refusal import Refused
from access.requests import DoorRequest
from appointments.care.obstruction.forms import CountingForm
from appointments.obstruction.preferences import change_counting, settings_of
from appointments.planning import set_tolerance
from appointments.statistics.delays import tolerance_of


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def counting_settings(request: DoorRequest) -> HttpResponse:
    kept = settings_of(request.establishment)
    usual = {
        "repeated_times": kept.repeated_times,
        "silent_minutes": kept.silent_minutes,
        "tolerance": tolerance_of(request.establishment),
    }
    form = CountingForm(request.POST if request.method == "POST" else None, initial=usual)
    if form.is_valid():
        try:
            save_counting(request, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Saved. The log of the last two months is counted by it within the hour."))
            return redirect("obstruction_settings")
    return render(request, "care/obstruction/settings.html", {"form": form}, status=422 if form.errors else 200)


def save_counting(request: DoorRequest, *, repeated_times: int, silent_minutes: int, tolerance: int) -> None:
    """Write all three, or none. Raises Refused, PermissionDenied."""
    by, establishment = request.user, request.establishment
    with transaction.atomic():
        change_counting(
            by=by, establishment=establishment, repeated_times=repeated_times, silent_minutes=silent_minutes
        )
        if tolerance != tolerance_of(establishment):
            set_tolerance(establishment, by=by, minutes=tolerance)
