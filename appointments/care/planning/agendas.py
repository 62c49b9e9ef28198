"""Pages that add and change agendas, take them out of use and back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from access.decorators import audience
from access.enums import Role
from access.requests import DoorRequest
from appointments import planning as verbs
from appointments.care.planning.forms import AgendaForm
from appointments.care.planning.views import form_page, overview, posted
from appointments.planning import PlanningRefused
from appointments.rights import agendas_planned_by, get_visible_or_404, rights_of


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def agenda_new(request: DoorRequest) -> HttpResponse:
    form = AgendaForm(posted(request), rights=rights_of(request))
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
    form = AgendaForm(posted(request), rights=rights_of(request), agenda=agenda)
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
        return overview(request, refusal=refusal, retiring=agenda)
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
