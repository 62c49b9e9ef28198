"""Pages that change agendas, kinds of consultation and rooms."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from access.decorators import audience
from access.enums import Role
from access.requests import DoorRequest
from appointments import planning as verbs
from appointments.care.planning.forms import AgendaForm, KindForm, RoomForm
from appointments.care.planning.views import overview, posted, refuse
from appointments.planning import PlanningRefused
from appointments.rights import agendas_planned_by, get_visible_or_404, kinds_planned_by, rights_of, rooms_planned_by


def form_page(
    request: DoorRequest, form: forms.Form, *, title: str, save: Callable[[], object], note: str = ""
) -> HttpResponse:
    """Save a filled form and go back to the planning; show it again with what is wrong otherwise."""
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except PlanningRefused as error:
            refuse(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("planning")
    context = {"form": form, "title": title, "note": note}
    return render(request, "care/planning/form.html", context, status=422 if form.errors else 200)


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def agenda_new(request: DoorRequest) -> HttpResponse:
    form = AgendaForm(posted(request), establishment=request.establishment)
    return form_page(
        request,
        form,
        title=_("New agenda"),
        save=lambda: verbs.add_agenda(request.establishment, by=request.user, **form.cleaned_data),
    )


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def agenda_change(request: DoorRequest, key: int) -> HttpResponse:
    """Name, discipline, order and owner of an agenda."""
    agenda = get_visible_or_404(agendas_planned_by(rights_of(request)), key)
    form = AgendaForm(posted(request), establishment=request.establishment, agenda=agenda)
    return form_page(
        request,
        form,
        title=_("Change the agenda “%(name)s”") % {"name": agenda.name},
        save=lambda: verbs.change_agenda(agenda, by=request.user, **form.cleaned_data),
    )


@audience(Role.HEAD)
@require_POST
def agenda_retire(request: DoorRequest, key: int) -> HttpResponse:
    """Take an agenda out of use, unless somebody is still expected."""
    agenda = get_visible_or_404(agendas_planned_by(rights_of(request)), key)
    try:
        verbs.retire_agenda(agenda, by=request.user)
    except PlanningRefused as refusal:
        return overview(request, refusal=refusal)
    messages.success(request, _("“%(name)s” is out of use. Its past stays.") % {"name": agenda.name})
    return redirect("planning")


@audience(Role.HEAD)
@require_POST
def agenda_resume(request: DoorRequest, key: int) -> HttpResponse:
    """Bring an agenda back into use."""
    agenda = get_visible_or_404(agendas_planned_by(rights_of(request)), key)
    verbs.resume_agenda(agenda, by=request.user)
    messages.success(request, _("“%(name)s” is in use again.") % {"name": agenda.name})
    return redirect("planning")


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def kind_new(request: DoorRequest) -> HttpResponse:
    form = KindForm(posted(request))
    return form_page(
        request,
        form,
        title=_("New kind of consultation"),
        save=lambda: verbs.add_kind(request.establishment, by=request.user, **form.cleaned_data),
    )


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def kind_change(request: DoorRequest, key: int) -> HttpResponse:
    """Name and usual duration of a kind of consultation."""
    kind = get_visible_or_404(kinds_planned_by(rights_of(request)), key)
    form = KindForm(posted(request), kind=kind)
    return form_page(
        request,
        form,
        title=_("Change the kind “%(name)s”") % {"name": kind.name},
        save=lambda: verbs.change_kind(kind, by=request.user, **form.cleaned_data),
        note=_("Appointments already booked keep their duration."),
    )


@audience(Role.HEAD)
@require_POST
def kind_retire(request: DoorRequest, key: int) -> HttpResponse:
    """Offer a kind of consultation no longer."""
    kind = get_visible_or_404(kinds_planned_by(rights_of(request)), key)
    verbs.retire_kind(kind, by=request.user)
    messages.success(request, _("“%(name)s” is out of use. Its past stays.") % {"name": kind.name})
    return redirect("planning")


@audience(Role.HEAD)
@require_POST
def kind_resume(request: DoorRequest, key: int) -> HttpResponse:
    """Offer a kind of consultation again."""
    kind = get_visible_or_404(kinds_planned_by(rights_of(request)), key)
    verbs.resume_kind(kind, by=request.user)
    messages.success(request, _("“%(name)s” is in use again.") % {"name": kind.name})
    return redirect("planning")


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def room_new(request: DoorRequest) -> HttpResponse:
    form = RoomForm(posted(request))
    return form_page(
        request,
        form,
        title=_("New room"),
        save=lambda: verbs.add_room(request.establishment, by=request.user, **form.cleaned_data),
    )


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def room_change(request: DoorRequest, key: int) -> HttpResponse:
    """Another name for a room."""
    room = get_visible_or_404(rooms_planned_by(rights_of(request)), key)
    form = RoomForm(posted(request), room=room)
    return form_page(
        request,
        form,
        title=_("Change the room “%(name)s”") % {"name": room.name},
        save=lambda: verbs.change_room(room, by=request.user, **form.cleaned_data),
    )


@audience(Role.HEAD)
@require_POST
def room_retire(request: DoorRequest, key: int) -> HttpResponse:
    """Offer a room no longer."""
    room = get_visible_or_404(rooms_planned_by(rights_of(request)), key)
    verbs.retire_room(room, by=request.user)
    messages.success(request, _("“%(name)s” is out of use. Its sessions keep it.") % {"name": room.name})
    return redirect("planning")


@audience(Role.HEAD)
@require_POST
def room_resume(request: DoorRequest, key: int) -> HttpResponse:
    """Offer a room again."""
    room = get_visible_or_404(rooms_planned_by(rights_of(request)), key)
    verbs.resume_room(room, by=request.user)
    messages.success(request, _("“%(name)s” is in use again.") % {"name": room.name})
    return redirect("planning")
