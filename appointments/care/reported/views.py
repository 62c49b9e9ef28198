"""What the prison reports, at the care door: impediments and frozen movements of a day, and officers' alerts."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from access.audit import record
from access.decorators import audience
from access.digest import tag_of
from access.enums import CARE_ROLES, Verb
from access.middleware import is_fragment
from access.refusal import Refused
from access.requests import DoorRequest
from appointments import requests
from appointments.care.reported.urgent import SOUND, urgent_content
from appointments.models import Alert
from appointments.models.enums.request import RequestStatus
from appointments.requests.alerts import alerts_visible_to, people_of, receive, received_lately
from appointments.rights import get_visible_or_404


@audience(*CARE_ROLES)
@require_POST
def alert_sound(request: DoorRequest) -> HttpResponse:
    """Let urgent alerts be heard in this session, or no longer."""
    request.session[SOUND] = request.POST.get("sound") == "on"
    return redirect("alerts")


@audience(*CARE_ROLES)
@require_safe
def alerts(request: DoorRequest) -> HttpResponse:
    user, establishment = request.user, request.establishment
    waiting, received = (
        list(alerts_visible_to(user, establishment).waiting()),
        list(received_lately(user, establishment)),
    )
    people = people_of([*waiting, *received], by=user, establishment=establishment)
    record(by=user, verb=Verb.READ, target=Alert, establishment=establishment)
    context = {
        "waiting": [(alert, people.get(alert.pk)) for alert in waiting],
        "received": [(alert, people.get(alert.pk)) for alert in received],
        "zone": establishment.zone,
        "sound": request.session.get(SOUND, False),
    }
    return render(request, "care/reported/alerts.html", context)


@audience(*CARE_ROLES)
@require_POST
def alert_received(request: DoorRequest, key: UUID) -> HttpResponse:
    alert = get_visible_or_404(alerts_visible_to(request.user, request.establishment), key)
    receive(by=request.user, alert=alert)
    if is_fragment(request):
        # From the band of another page: what is typed there stays.
        content = urgent_content(request)
        return HttpResponse(content, headers={"ETag": tag_of(content)})
    return redirect("alerts")


@audience(*CARE_ROLES)
@require_POST
def alert_request(request: DoorRequest, key: UUID) -> HttpResponse:
    """Put the person into the queue, and on to the booking that answers it where that was asked for."""
    alert = get_visible_or_404(alerts_visible_to(request.user, request.establishment), key)
    person = people_of([alert], by=request.user, establishment=request.establishment).get(alert.pk)
    if person is None:
        messages.error(request, _("Nobody here has this register number. Search the person, then add a request."))
        return redirect("alerts")
    try:
        asked = requests.enter_alert(by=request.user, alert=alert, detainee=person)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("alerts")
    if request.POST.get("then") == "book" and asked.status == RequestStatus.OPEN:
        return redirect(f"{reverse('book')}?{urlencode({'request': asked.pk})}")
    return redirect(f"{reverse('triage')}?{urlencode({'at': asked.pk})}")
