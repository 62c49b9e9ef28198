"""The team's page: notes for the next shift, tasks with a due day, and what was cancelled today with the way back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.refusal import Refused
from access.requests import DoorRequest
from appointments import team as verbs
from appointments.care.team.cancelled import cancelled_today
from appointments.care.team.forms import NoteForm, TaskForm
from appointments.models import ShiftNote
from appointments.rights import get_visible_or_404, rights_of

AUTO_ID = {"note": "id_note_%s", "task": "id_task_%s"}


@audience(*CARE_ROLES)
@require_safe
def team(request: DoorRequest) -> HttpResponse:
    return show(request)


def show(request: DoorRequest, *, status: int = 200, **forms: Any) -> HttpResponse:
    """Return the page; `forms` holds the one that was sent, with what was typed in it."""
    rights = rights_of(request)
    units = rights.units_in_view
    today = request.establishment.today()
    record(by=request.user, verb=Verb.READ, target=ShiftNote, establishment=request.establishment)
    context = {
        "notes": list(verbs.notes_of(units)),
        "tasks": list(verbs.tasks_of(units)),
        "cancelled": cancelled_today(rights),
        "has_several_units": len(units) > 1,
        "has_unit": bool(units),
        "today": today,
        "mine": request.user.pk,
        "headed": {unit.pk for unit in rights.headed},
        "kept_days": verbs.TEAM_KEPT.days,
        "zone": request.establishment.zone,
    }
    if units:
        context["note_form"] = NoteForm(rights=rights, auto_id=AUTO_ID["note"])
        context["task_form"] = TaskForm(rights=rights, auto_id=AUTO_ID["task"], initial={"due_on": today})
    return render(request, "care/team/team.html", context | forms, status=status)


@audience(*CARE_ROLES)
@require_POST
def team_note(request: DoorRequest) -> HttpResponse:
    rights = rights_of(request)
    if not rights.units_in_view:
        return show(request, status=422)
    form = NoteForm(request.POST, rights=rights, auto_id=AUTO_ID["note"])
    if not form.is_valid():
        return show(request, status=422, note_form=form)
    verbs.write_note(rights, unit=form.cleaned_data["unit"], text=form.cleaned_data["text"])
    messages.success(request, _("The note is on the page of the team."))
    return redirect("team")


@audience(*CARE_ROLES)
@require_POST
def team_note_withdraw(request: DoorRequest, key: UUID) -> HttpResponse:
    rights = rights_of(request)
    note = get_visible_or_404(verbs.notes_of(rights.units_in_view), key)
    try:
        verbs.withdraw_note(rights, note)
    except Refused as refusal:
        return show(request, status=422, refusal=refusal.sentence)
    messages.success(request, _("The note was withdrawn."))
    return redirect("team")


@audience(*CARE_ROLES)
@require_POST
def team_task(request: DoorRequest) -> HttpResponse:
    rights = rights_of(request)
    if not rights.units_in_view:
        return show(request, status=422)
    form = TaskForm(request.POST, rights=rights, auto_id=AUTO_ID["task"])
    if not form.is_valid():
        return show(request, status=422, task_form=form)
    values = form.cleaned_data
    try:
        verbs.add_task(rights, unit=values["unit"], what=values["what"], due_on=values["due_on"])
    except Refused as refusal:
        form.add_error(refusal.code if refusal.code in form.fields else None, refusal.sentence)
        return show(request, status=422, task_form=form)
    messages.success(request, _("The task was added."))
    return redirect("team")


@audience(*CARE_ROLES)
@require_POST
def team_task_done(request: DoorRequest, key: UUID) -> HttpResponse:
    verbs.finish_task(get_visible_or_404(verbs.tasks_of(rights_of(request).units_in_view), key), by=request.user)
    return redirect("team")


@audience(*CARE_ROLES)
@require_POST
def team_task_open(request: DoorRequest, key: UUID) -> HttpResponse:
    verbs.reopen_task(get_visible_or_404(verbs.tasks_of(rights_of(request).units_in_view), key))
    return redirect("team")
