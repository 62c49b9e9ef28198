"""Chooses between a whole page and a panel over the agenda, and leads back to the day."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from appointments.models import Appointment

PAGE, PANEL = "base.html", "care/_panel.html"


def layout_for(request: HttpRequest) -> str:
    """Return the template that frames the answer: a panel when htmx asked for one."""
    return PANEL if getattr(request, "htmx", False) else PAGE


def back_to_day(
    request: HttpRequest, appointment: Appointment, *, changed_as: str, undo: Mapping[str, object] | None = None
) -> HttpResponse:
    """Go back to the day of `appointment`, where it is highlighted; `undo` is what takes the change back."""
    zone = appointment.agenda.establishment.zone
    local = appointment.starts_at.astimezone(zone)
    query = urlencode({"changed": appointment.pk, "as": changed_as, **(undo or {})})
    url = f"{reverse('day', args=[local.date().isoformat()])}?{query}"
    return go(request, url)


def go(request: HttpRequest, url: str) -> HttpResponse:
    """Send the whole page to `url`, also when only a part was asked for."""
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)
