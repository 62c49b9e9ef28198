"""The one thing that an open page asks again: urgent alerts, and the parts of it that live."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.views.decorators.http import require_safe

from access.decorators import audience, background
from access.enums import CARE_ROLES
from access.requests import DoorRequest
from appointments.care.living import Parts, Tag, now, urgent_digest
from appointments.care.open_page.asking import place_and_day, read, stamp_of
from appointments.care.reported.day_part import reported_content
from appointments.care.reported.urgent import urgent_content
from appointments.care.waiting_room.layout import read_waiting_room
from appointments.care.waiting_room.views import ROOMS, context_of
from appointments.rights import rights_of


@background
@audience(*CARE_ROLES)
@require_safe
def now_on_page(request: DoorRequest) -> HttpResponse:
    """What has changed on an open page, and nothing of what has not; 304 when nothing has.

    Nobody asked for it, so it does not count as use: a screen that is left alone signs out in time.
    """
    sent = Tag.of(request)
    shown = sent or Tag()
    urgent = urgent_content(request)
    tag, parts = shown._replace(urgent=urgent_digest(urgent)), None
    place, day = place_and_day(request)
    if place == request.establishment.pk and day is not None and not shown.is_fresh:
        asked = read(request.session.session_key or "", place=place, day=day)
        stamp = stamp_of(request, asked, request.membership.role) if asked else ""
        if not stamp or stamp != shown.stamp:
            parts = read_parts(request)
            tag = tag._replace(stamp=stamp, parts=parts.digest, read_at=now())
    if sent and tag.urgent == shown.urgent and tag.parts == shown.parts:
        return HttpResponseNotModified(headers={"ETag": str(tag)})
    return answer(request, urgent, parts if tag.parts != shown.parts else None, tag, shown)


def read_parts(request: DoorRequest) -> Parts:
    """Read the parts that the page shows, as it says itself."""
    _place, day = place_and_day(request)
    on = request.GET.get("on", "")
    reported = reported_content(request, day) if on in {"home", "day"} and day else None
    room = read_waiting_room(rights_of(request), only=request.GET.get("agenda", "")) if on in ROOMS else None
    return Parts(reported, room)


def answer(request: DoorRequest, urgent: str, parts: Parts | None, tag: Tag, shown: Tag) -> HttpResponse:
    context: dict[str, Any] = {"urgent": urgent, "parts": parts}
    on = request.GET.get("on", "")
    if parts is not None and parts.room is not None:
        context |= context_of(request, on, parts.room) | {"room_template": ROOMS[on], "is_beside": True}
    response = render(request, "care/open_page/_now.html", context)
    response["ETag"] = str(tag)
    if shown.parts and tag.urgent == shown.urgent:
        # The band stays as it is: an alert that was heard is not heard once more.
        response["HX-Reswap"] = "none"
    return response
