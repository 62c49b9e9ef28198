"""The queue of requests: the overdue first; from a line to its appointment in two keystrokes."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.requests import DoorRequest
from appointments import requests as verbs
from appointments.models import Detainee, Request
from appointments.models.enums.planning import Discipline
from appointments.models.enums.request import RequestStatus
from appointments.requests.queue import QueuePart, counts, read_queue
from appointments.rights import forwarded_by, requests_visible_to, rights_of

PAGES = 10**4


@audience(*CARE_ROLES)
@require_safe
def triage(request: DoorRequest) -> HttpResponse:
    user, establishment = request.user, request.establishment
    shown = request.GET.get("show", "")
    part = QueuePart(shown) if shown in QueuePart.values else QueuePart.ALL
    chosen = request.GET.get("discipline", "")
    chosen = chosen if chosen in Discipline.values else ""
    queue = read_queue(rights_of(request), part=part, discipline=chosen, page=page_number(request))
    tally = counts(rights_of(request))
    record(by=user, verb=Verb.READ, target=Request, establishment=establishment)
    context = {
        "queue": queue,
        "part": part,
        "parts": [(each, tally.of(each)) for each in QueuePart if each != QueuePart.LEFT or tally.left],
        "discipline": chosen,
        "disciplines": disciplines_of(request),
        "units": rights_of(request).units,
        "at": request.GET.get("at", ""),
        "done": settled_just_now(request),
        "forwarded": forwarded_just_now(request),
        "taken": request.GET.get("taken") == "1",
        "kept": urlencode({"show": part.value} | ({"discipline": chosen} if chosen else {})),
        "zone": establishment.zone,
    }
    return render(request, "care/requests/triage.html", context)


def page_number(request: DoorRequest) -> int:
    text = request.GET.get("page", "")
    return min(int(text), PAGES) if text.isdecimal() and len(text) < len(f"{PAGES}") + 1 else 1


def disciplines_of(request: DoorRequest) -> list[tuple[str, Any]]:
    seen = {agenda.discipline for agenda in rights_of(request).visible}
    return [(each.value, each.label) for each in Discipline if each in seen]


def settled_just_now(request: DoorRequest) -> Request | None:
    try:
        key = UUID(request.GET.get("done", ""))
    except ValueError:
        return None
    seen = requests_visible_to(rights_of(request)).with_names()
    found: Request | None = seen.filter(pk=key).exclude(status=RequestStatus.OPEN).first()
    return found


def forwarded_just_now(request: DoorRequest) -> Request | None:
    """Return which request was forwarded a moment ago, as long as it can be brought back."""
    try:
        key = UUID(request.GET.get("forwarded", ""))
    except ValueError:
        return None
    return forwarded_by(rights_of(request)).filter(pk=key).select_related("unit", "detainee").first()


def back_to_queue(
    request: DoorRequest, *, done: Request | None = None, taken: bool = False, forwarded: UUID | None = None
) -> HttpResponse:
    """Go back to the queue, where the next request has the keyboard.

    `done` was just settled and can be undone; `taken` when by an appointment that was there before. `forwarded` went to
    another unit, and can be brought back.
    """
    query = {}
    if done is not None:
        query = {"done": str(done.pk)} | ({"taken": "1"} if taken else {})
    if forwarded is not None:
        query = {"forwarded": str(forwarded)}
    with suppress(ValueError):
        query["at"] = str(UUID(request.POST.get("next", "")))
    shown, chosen = request.POST.get("show", ""), request.POST.get("discipline", "")
    query |= {"show": shown} if shown in QueuePart.values else {}
    query |= {"discipline": chosen} if chosen in Discipline.values else {}
    url = f"{reverse('triage')}?{urlencode(query)}" if query else reverse("triage")
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)


@audience(*CARE_ROLES)
@require_POST
def close_left(request: DoorRequest) -> HttpResponse:
    """Close what people who have left still ask for, of those that were ticked."""
    keys = []
    for key in request.POST.getlist("person"):
        try:
            keys.append(UUID(key))
        except ValueError:
            continue
    people = Detainee.objects.filter(establishment=request.establishment, pk__in=keys)
    number = verbs.close_those_who_left(by=request.user, establishment=request.establishment, people=people)
    messages.success(
        request, ngettext("%(number)s request closed.", "%(number)s requests closed.", number) % {"number": number}
    )
    return redirect("triage")
