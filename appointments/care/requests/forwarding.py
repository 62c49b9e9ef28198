"""Forwards a request to another unit of the house; who works for the first takes it back until the other touches it."""

from __future__ import annotations

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
from appointments.care.requests.triage import back_to_queue
from appointments.care.requests.views import refused, show, visible
from appointments.models import Request
from appointments.rights import rights_of


@audience(*CARE_ROLES)
@require_POST
def forward(request: DoorRequest, key: UUID) -> HttpResponse:
    """Address the request to another unit of the house, which sorts it."""
    shown, form = visible(request, key), RevisionForm(request.POST)
    unit = next((one for one in rights_of(request).units if str(one.pk) == request.POST.get("unit")), None)
    if not form.is_valid() or unit is None:
        return show(request, shown, status=422, refusal=_("The request was not forwarded. Try again."))
    try:
        verbs.forward(by=request.user, request=shown, revision=form.cleaned_data["revision"], unit=unit)
    except Refused as refusal:
        return refused(request, key, refusal)
    return back_to_queue(request, forwarded=key)


@audience(*CARE_ROLES)
@require_POST
def bring_back(request: DoorRequest, key: UUID) -> HttpResponse:
    """Bring the request back; where the other unit was quicker, say so to whoever could have seen it."""
    mine = Request.objects.filter(forwarded_from__in=rights_of(request).units_in_view)
    sent = mine.filter(pk=key, establishment=request.establishment).select_related("establishment").first()
    if sent is None:
        raise Http404
    try:
        verbs.bring_back(by=request.user, request=sent)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("triage")
    return redirect(f"{reverse('triage')}?{urlencode({'at': key})}")
