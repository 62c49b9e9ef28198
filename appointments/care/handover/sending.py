"""Hands one person over: exactly what goes is shown first, then the sealed file is made."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from access.audit import record
from access.decorators import audience
from access.enums import Role, Verb
from access.refusal import Refused
from access.requests import DoorRequest
from appointments.care.handover.forms import HandOverForm
from appointments.care.people.views import joined_into
from appointments.handover import sending
from appointments.handover.keys import aloud
from appointments.handover.partners import partners_of
from appointments.models import Detainee, PartnerUnit
from appointments.rights import detainees_visible_to, get_visible_or_404, rights_of


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: DoorRequest, key: UUID) -> HttpResponse:
    if survivor := joined_into(request, key):
        return redirect("hand_over", survivor)
    people = detainees_visible_to(rights_of(request)).select_related("building", "establishment")
    person = get_visible_or_404(people, key)
    units = partners_of(request.establishment)
    form = HandOverForm(request.POST if request.method == "POST" else None, units=units)
    if not form.is_valid():
        return review(request, person, form, status=422 if form.errors else 200)
    unit: PartnerUnit = form.cleaned_data["unit"]
    try:
        made, data = sending.hand_over(
            by=request.user,
            person=person,
            partner=unit,
            seen=request.POST.get("seen", ""),
            end_here=form.cleaned_data["end_here"],
        )
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return review(request, person, form, status=409)
    context = {
        "person": person,
        "made": made,
        "unit": unit,
        # The name of a file stands in a list of downloads: it names nobody.
        "file_name": f"transmission-{str(made.pk)[:8]}.age",
        "sealed": base64.b64encode(data).decode(),
        "digits": aloud(data),
    }
    response = render(request, "care/handover/made.html", context, status=201)
    response["Cache-Control"] = "no-store"
    return response


def review(request: DoorRequest, person: Detainee, form: HandOverForm, *, status: int) -> HttpResponse:
    """Show exactly what would go. What was seen is what is sealed, or nothing is."""
    rights = rights_of(request)
    field: Any = form.fields["unit"]
    units = list(field.queryset)
    # Read once: the field by itself would ask for them again.
    field.choices = [("", field.empty_label), *((unit.pk, field.label_from_instance(unit)) for unit in units)]
    content = sending.gathered(person, units[0], rights=rights) if units else None
    record(by=request.user, verb=Verb.READ, target=person, establishment=request.establishment)
    context = {
        "person": person,
        "form": form,
        "content": content,
        "seen": sending.reviewed(content) if content else "",
        "manages_escorts": rights.manages_escorts,
        "zone": request.establishment.zone,
    }
    return render(request, "care/handover/hand_over.html", context, status=status)
