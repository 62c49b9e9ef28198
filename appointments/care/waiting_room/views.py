"""The waiting room: a page of its own, a column beside today's agenda, and what keeps both fresh."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.middleware import is_fragment
from access.repeats import done
from access.requests import DoorRequest
from appointments import booking
from appointments.care.cards import Cards
from appointments.care.history import lines_of
from appointments.care.living import OpenPage, Parts
from appointments.care.waiting_room.layout import WaitingRoom, read_waiting_room
from appointments.models import Agenda, Appointment
from appointments.rights import rights_of

# Where it stands: the page of its own, or beside the agenda of today.
ROOMS = {"waiting_room": "care/waiting_room/_room.html", "home": "care/waiting_room/_beside_agenda.html"}


@audience(*CARE_ROLES)
@require_safe
def waiting_room(request: DoorRequest) -> HttpResponse:
    record(by=request.user, verb=Verb.READ, target=Agenda, establishment=request.establishment)
    context = room_context(request, "waiting_room")
    asked = {"day": request.establishment.today().isoformat(), "on": "waiting_room", "agenda": context["room"].only}
    context["open_page"] = OpenPage.with_parts(request, Parts(None, context["room"]), **asked)
    return render(request, "care/waiting_room/waiting_room.html", context)


def room_context(
    request: DoorRequest, where: str, *, only: str | None = None, listed: Sequence[Appointment] | None = None
) -> dict[str, Any]:
    """Return what the template of the waiting room at `where` needs; `listed` as in `read_waiting_room`."""
    chosen = request.GET.get("agenda", "") if only is None else only
    return context_of(request, where, read_waiting_room(rights_of(request), only=chosen, listed=listed))


def context_of(request: DoorRequest, where: str, shown: WaitingRoom) -> dict[str, Any]:
    cards = Cards(request.establishment.zone, swap=True)
    return {
        # The cards of the agenda beside it that are no longer what they were.
        "swapped": [cards.card(one) for one in shown.changed_just_now]
        if where == "home" and is_fragment(request)
        else [],
        "room": shown,
        "where": where,
        "zone": request.establishment.zone,
        "is_beside": False,
    }


def answer_room(
    request: DoorRequest, where: str, *, about: Appointment, refusal: booking.BookingRefused | None = None
) -> HttpResponse:
    only = request.POST.get("agenda", "")
    if not is_fragment(request):
        query = urlencode({"agenda": only}) if only and where == "waiting_room" else ""
        return redirect(reverse(where) + (f"?{query}" if query else ""))
    context = room_context(request, where, only=only) | {"about": about, "refusal": refusal}
    if isinstance(refusal, booking.ChangedMeanwhile):
        context["conflict_lines"] = lines_of(about, request.establishment, since=refusal.since)
    status = 200 if refusal is None else 409 if isinstance(refusal, booking.ChangedMeanwhile) else 422
    answer = render(request, ROOMS[where], context, status=status)
    return done(answer) if refusal is None else answer
