"""A carer's calendar addresses, one an agenda, and the feed behind each."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_GET, require_POST, require_safe

from access.audit import record
from access.calendar_addresses import (
    find_address,
    live_addresses,
    open_address,
    renew_address,
    revoke_address,
    role_end,
)
from access.decorators import audience, open_to_anyone
from access.enums import CARE_ROLES, Verb
from access.requests import DoorRequest
from appointments.care.calendar.feed import agenda_calendar
from appointments.rights import Rights, rights_of

SHOW_SECRET = "calendar_secret"  # noqa: S105 the name under which a session holds it once


@audience(*CARE_ROLES)
@require_GET
def calendar(request: DoorRequest) -> HttpResponse:
    opened = request.session.pop(SHOW_SECRET, None)
    addresses = live_addresses(request.user, request.establishment)
    lines = [(agenda, addresses.get(str(agenda.pk))) for agenda in standing(request).visible]
    link = request.build_absolute_uri(reverse("calendar_feed", args=[opened])) if opened else ""
    context = {
        "lines": lines,
        "link": link,
        "zone": request.establishment.zone,
        "role_ends": role_end(request.membership),
    }
    return render(request, "care/calendar/calendar.html", context)


def standing(request: DoorRequest) -> Rights:
    """Return the rights that last: an address outlives the hour of an emergency access."""
    rights = rights_of(request)
    return Rights(request.user, request.establishment, in_emergency=False) if rights.emergencies else rights


@audience(*CARE_ROLES)
@require_POST
def calendar_open(request: DoorRequest, key: int) -> HttpResponse:
    agenda = standing(request).visible_or_404(key)
    secret = open_address(by=request.user, establishment=request.establishment, scope=str(agenda.pk))
    request.session[SHOW_SECRET] = secret
    return redirect("calendar")


@audience(*CARE_ROLES)
@require_POST
def calendar_renew(request: DoorRequest, key: int) -> HttpResponse:
    agenda = standing(request).visible_or_404(key)
    if not renew_address(by=request.user, establishment=request.establishment, scope=str(agenda.pk)):
        raise Http404
    return redirect("calendar")


@audience(*CARE_ROLES)
@require_POST
def calendar_revoke(request: DoorRequest, key: int) -> HttpResponse:
    revoke_address(by=request.user, establishment=request.establishment, scope=str(key))
    return redirect("calendar")


@require_safe
@open_to_anyone
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The agenda behind an address in force, while its owner still sees it; 404 otherwise."""
    found = find_address(secret)
    if found is None:
        raise Http404
    address, membership = found
    rights = Rights(address.user, membership.establishment, in_emergency=False)
    agenda = rights.visible_or_404(address.scope)
    with translation.override("fr"):
        content = agenda_calendar(agenda)
    record(by=address.user, verb=Verb.EXPORT, target=address, establishment=membership.establishment)
    headers = {"Content-Disposition": 'inline; filename="agenda.ics"'}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
