"""Chooses between a whole page and a panel over the agenda, and leads back to the day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from access.requests import DoorRequest
from appointments.models import Agenda, Appointment
from appointments.rights import rights_of

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


# Further away nobody plans, and a typing mistake is likely.
YEARS = range(2000, 2101)


def day_from(text: str) -> date:
    """Return the date written YYYY-MM-DD; raise Http404 for anything else."""
    try:
        day = date.fromisoformat(text) if len(text) == len("2026-01-01") else None
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        raise Http404
    return day


def chosen_agenda(request: DoorRequest) -> Agenda | None:
    """Return the one agenda to be shown, None for all; raise Http404 for one that the user does not see."""
    key = request.GET.get("agenda", "")
    return rights_of(request).visible_or_404(key) if key else None
