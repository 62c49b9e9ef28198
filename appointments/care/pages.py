"""Chooses between a whole page and a panel over the agenda, and leads back to the day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from access.requests import DoorRequest
from appointments.models import Agenda, Appointment
from appointments.rights import appointments_visible_to, rights_of

PAGE, PANEL = "base.html", "care/_panel.html"


def layout_for(request: HttpRequest) -> str:
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
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day_from(text: str) -> date:
    """Return the date written YYYY-MM-DD; raise Http404 for anything else."""
    if not DAY.fullmatch(text):
        raise Http404
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
    if day.year not in YEARS:
        raise Http404
    return day


def month_from(text: str) -> date:
    """Return the first day of the month written YYYY-MM; raise Http404 for anything else."""
    return day_from(f"{text}-01")


def chosen_agenda(request: DoorRequest) -> Agenda | None:
    """Return the one agenda to be shown, None for all; raise Http404 for one that the user does not see."""
    key = request.GET.get("agenda", "")
    return rights_of(request).visible_or_404(key) if key else None


def seen_by_key(request: DoorRequest, name: str) -> Appointment | None:
    """Return the appointment whose key the address carries, if the user sees it."""
    try:
        key = UUID(request.GET.get(name, ""))
    except ValueError:
        return None
    rows = appointments_visible_to(rights_of(request)).with_names()
    found: Appointment | None = rows.filter(pk=key).first()
    return found


# What an address carries that was opened from a step of the set-up: its unit and the step.
WAY = re.compile(r"([0-9]{1,9})-([a-z]{1,10})")


class Way(NamedTuple):
    """From which step of the set-up a page was opened: for addresses of that page, and back."""

    key: str
    query: str
    back: str


def way_of(request: HttpRequest) -> Way:
    """Return the step of the set-up from which the page was opened; all empty for one opened from elsewhere."""
    found = WAY.fullmatch(request.GET.get("set-up", ""))
    return way_from(int(found[1]), found[2]) if found else Way("", "", "")


def way_from(unit: int, step: str) -> Way:
    key = f"{unit}-{step}"
    return Way(key, f"?set-up={key}", reverse("set_up_step", args=[unit, step]))


def way_back(request: HttpRequest) -> str:
    """Return the address of that step, empty for a page that was opened from elsewhere."""
    return way_of(request).back
