"""The officers' pages that tell the unit something: frozen movements, and the alert about a person."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.audit import record
from access.decorators import audience, background
from access.digest import tag_of
from access.enums import PRISON_ROLES, Verb
from access.requests import DoorRequest
from appointments.prison.alerts import alerts_seen_by, raise_alert
from appointments.prison.board import board_key
from appointments.prison.desk import DeskRefused
from appointments.prison.forms import WHOLE_HOUSE, AlertForm, FreezeForm
from appointments.prison.freezes import (
    buildings_frozen_by,
    freeze,
    freezes_seen_by,
    history_seen_by,
    lift,
    may_freeze_house,
)
from appointments.prison.lines import NoSuchLine, line_visible_to
from appointments.prison.listing import TODAY, TOMORROW, read_day
from appointments.prison.models import PrisonAlert, PrisonFreeze


@audience(*PRISON_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def freezes(request: DoorRequest) -> HttpResponse:
    """Frozen movements: those in force, with a button to release them; a new one; the week's history."""
    form = freeze_form(request)
    if request.method == "POST" and form.is_valid():
        try:
            freeze(by=request.user, establishment=request.establishment, building=form.building, reason=form.why)
        except DeskRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            return redirect("freezes")
    may_lift = {"" if each == WHOLE_HOUSE else each for each, _words in form.places}
    context = {
        "form": form,
        "in_force": [
            (each, str(each.building_id or "") in may_lift)
            for each in freezes_seen_by(request.user, request.establishment)
        ],
        "history": history_seen_by(request.user, request.establishment),
        "zone": request.establishment.zone,
    }
    return render(request, "prison/freezes.html", context, status=422 if form.errors else 200)


def freeze_form(request: DoorRequest) -> FreezeForm:
    """Return the form with the places that the officer decides about."""
    role = request.membership.role
    return FreezeForm(
        request.POST if request.method == "POST" else None,
        buildings=buildings_frozen_by(request.user, request.establishment, role=role),
        whole_house=may_freeze_house(role),
        initial={"where": WHOLE_HOUSE if may_freeze_house(role) else None},
    )


@audience(*PRISON_ROLES)
@require_POST
def freeze_lift(request: DoorRequest, key: UUID) -> HttpResponse:
    """Release the movements that a freeze holds."""
    try:
        lift(by=request.user, establishment=request.establishment, key=key)
    except PrisonFreeze.DoesNotExist as error:
        raise Http404 from error
    except DeskRefused as refused:
        messages.error(request, refused.sentence)
    return redirect("freezes")


@audience(*PRISON_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def alerts(request: DoorRequest) -> HttpResponse:
    """Alert the unit about somebody; what was sent since yesterday, and which of it was received."""
    form = alert_form(request)
    if request.method == "POST" and form.is_valid():
        try:
            raise_alert(by=request.user, establishment=request.establishment, **form.values)
        except DeskRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("The alert was sent to the health unit."))
            return redirect("alerts")
    record(by=request.user, verb=Verb.READ, target=PrisonAlert, establishment=request.establishment)
    content = sent_content(request)
    context = {"form": form, "content": content, "tag": tag_of(content)}
    return render(request, "prison/alerts.html", context, status=422 if form.errors else 200)


def alert_form(request: DoorRequest) -> AlertForm:
    """Return the form with the people of today's and tomorrow's lists; a number that it shows back is kept in it."""
    days = [read_day(request.user, request.establishment, word) for word in (TODAY, TOMORROW)]
    lines = sorted((line for day in days for line in day.lines), key=board_key)
    form = AlertForm(
        request.POST if request.method == "POST" else None,
        buildings=days[0].buildings,
        people=lines,
        initial=person_of_line(request),
    )
    if request.method == "POST" and not form.is_valid() and form.asks:
        kept = request.POST.copy()
        kept["shown"] = form.asks.number
        form.data = kept
    return form


def person_of_line(request: DoorRequest) -> dict[str, object]:
    """Return what the form is filled with when it was opened from a line of the list."""
    try:
        key = UUID(request.GET.get("line", ""))
    except ValueError:
        return {}
    try:
        line = line_visible_to(request.user, request.establishment, key)
    except NoSuchLine as error:
        raise Http404 from error
    return {"line": line.register_number}


def sent_content(request: DoorRequest) -> str:
    """Return the part of the page that is asked for again: what was sent, and what of it was received."""
    context = {
        "sent": alerts_seen_by(request.user, request.establishment),
        "freezes": freezes_seen_by(request.user, request.establishment),
        "zone": request.establishment.zone,
    }
    return render_to_string("prison/_alerts_sent.html", context)


@background
@audience(*PRISON_ROLES)
@require_safe
def alerts_sent(request: DoorRequest) -> HttpResponse:
    """What was sent, for a page that asks again: 304 when nothing has changed."""
    content = sent_content(request)
    headers = {"ETag": tag_of(content)}
    if request.headers.get("If-None-Match", "") == headers["ETag"]:
        return HttpResponseNotModified(headers=headers)
    record(by=request.user, verb=Verb.READ, target=PrisonAlert, establishment=request.establishment)
    return HttpResponse(content, headers=headers)
