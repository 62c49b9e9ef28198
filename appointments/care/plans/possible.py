"""Pages of what a plan may count on: each agenda's possible half-days, the people whom officers can bring."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.decorators import audience
from access.enums import Role
from access.requests import DoorRequest
from appointments import planning as verbs
from appointments.care.plans import words
from appointments.care.plans.forms import BroughtForm, PossibleForm
from appointments.models import Agenda, AgendaHours, ArrivalTime
from appointments.planning import PlanningRefused
from appointments.plans.reading import live_patterns, turns_of
from appointments.rights import agendas_planned_by, get_visible_or_404, rights_of


@audience(Role.HEAD)
@require_safe
def possible(request: DoorRequest) -> HttpResponse:
    return possible_page(request)


def possible_page(request: DoorRequest, form: BroughtForm | None = None) -> HttpResponse:
    agendas = agendas_planned_by(rights_of(request)).filter(is_active=True).select_related("could_hold")
    context = {
        "agendas": [words.agenda_line(agenda, said_of(agenda)) for agenda in agendas],
        "form": form or BroughtForm(times=times(request)),
    }
    return render(request, "care/plans/possible.html", context, status=422 if form else 200)


def times(request: DoorRequest) -> list[ArrivalTime]:
    return list(ArrivalTime.objects.filter(establishment=request.establishment).order_by("at"))


def said_of(agenda: Agenda) -> AgendaHours | None:
    found: AgendaHours | None = getattr(agenda, "could_hold", None)
    return found


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def agenda_possible(request: DoorRequest, key: int) -> HttpResponse:
    """The half-days of the week on which one agenda could be held."""
    agendas = agendas_planned_by(rights_of(request)).select_related("establishment", "could_hold")
    agenda: Agenda = get_visible_or_404(agendas, key)
    data = request.POST if request.method == "POST" else None
    form = PossibleForm.of(said_of(agenda), held_now(agenda), data)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.say_possible(agenda, by=request.user, **form.values())
        except PlanningRefused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Saved. The next proposals keep to it."))
            return redirect("plans_possible")
    return render(
        request, "care/plans/agenda.html", {"agenda": agenda, "form": form}, status=422 if form.errors else 200
    )


def held_now(agenda: Agenda) -> list[int]:
    """Return the half-days that the agenda's patterns hold now, as numbers."""
    today = agenda.establishment.today()
    patterns = [one for one in live_patterns(agenda.establishment, today) if one.agenda_id == agenda.pk]
    turns = turns_of(patterns, 4, today)
    return sorted({2 * half.weekday + half.is_afternoon for turn in turns for half in turn})


@audience(Role.HEAD)
@require_POST
def brought(request: DoorRequest) -> HttpResponse:
    """How many people officers can bring to each arrival time."""
    form = BroughtForm(request.POST, times=times(request))
    if not form.is_valid():
        return possible_page(request, form)
    try:
        verbs.say_who_is_brought(request.establishment, by=request.user, most=form.values())
    except PlanningRefused as refusal:
        form.add_error(None, refusal.sentence)
        return possible_page(request, form)
    messages.success(request, _("Saved. The next proposals keep to it."))
    return redirect("plans_possible")
