"""What is kept how long, as the head of unit decides, and what was forgotten."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from access.decorators import audience
from access.enums import Role
from access.refusal import Refused
from access.requests import DoorRequest
from appointments.care.retention.forms import PeriodsForm
from appointments.models import PurgeRecord, RetentionPurge
from appointments.obstruction.reports.words import settings_of
from appointments.retention.periods import change_periods, months_of

SHOWN = 40


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def retention(request: DoorRequest) -> HttpResponse:
    place = request.establishment
    form = PeriodsForm(request.POST if request.method == "POST" else None, kept=months_of(place))
    if form.is_valid():
        try:
            change_periods(by=request.user, establishment=place, months=form.months)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Saved. It holds from the next night on."))
            return redirect("retention")
    here = Q(establishment=place) | Q(establishment__isnull=True)
    context = {
        "form": form,
        "purges": list(PurgeRecord.objects.filter(here)[:SHOWN]),
        "reports_purges": list(RetentionPurge.objects.filter(establishment=place)[:SHOWN]),
        "letters": settings_of(place),
        "zone": place.zone,
    }
    return render(request, "care/retention/retention.html", context, status=422 if form.errors else 200)
