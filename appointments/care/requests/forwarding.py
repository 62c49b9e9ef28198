"""Forwards a request to another unit of the house; whoever did takes it back while nobody there has touched it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from access.decorators import audience
from access.enums import CARE_ROLES
from access.refusal import Refused
from access.requests import DoorRequest
from appointments import requests as verbs
from appointments.care.fields import RevisionForm
from appointments.care.requests.triage import FORWARDED, back_to_queue
from appointments.care.requests.views import refused, show, visible
from appointments.models import Request
from appointments.rights import rights_of

KEPT = 5


@audience(*CARE_ROLES)
@require_POST
def forward(request: DoorRequest, key: UUID) -> HttpResponse:
    """Address the request to another unit of the house, which sorts it."""
    shown, form = visible(request, key), RevisionForm(request.POST)
    unit = next((one for one in rights_of(request).units if str(one.pk) == request.POST.get("unit")), None)
    if not form.is_valid() or unit is None:
        return show(request, shown, status=422, refusal=_("The request was not forwarded. Try again."))
    before = verbs.left_behind(shown)
    try:
        done = verbs.forward(by=request.user, request=shown, revision=form.cleaned_data["revision"], unit=unit)
    except Refused as refusal:
        return refused(request, key, refusal)
    keep(request, done, unit.name, before)
    return back_to_queue(request, forwarded=key)


def keep(request: DoorRequest, done: Request, unit: str, before: dict[str, Any]) -> None:
    entry = {"revision": done.revision, "to": unit, "name": done.detainee.display_name, "before": before}
    known = list(request.session.get(FORWARDED, {}).items())
    request.session[FORWARDED] = dict([*known[1 - KEPT :], (str(done.pk), entry)])


@audience(*CARE_ROLES)
@require_POST
def bring_back(request: DoorRequest, key: UUID) -> HttpResponse:
    kept = request.session.get(FORWARDED, {})
    entry = kept.pop(str(key), None)
    if entry is None:
        raise Http404
    request.session[FORWARDED] = kept
    try:
        verbs.bring_back(
            by=request.user,
            establishment=request.establishment,
            key=key,
            revision=entry["revision"],
            before=entry["before"],
        )
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("triage")
    return redirect(f"{reverse('triage')}?{urlencode({'at': key})}")
