"""Pages of weekly patterns: what one would open, change, remove and tell, before it does."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from access.decorators import audience
from access.enums import Role
from access.requests import DoorRequest
from appointments import planning as verbs
from appointments.care.neutrality import words
from appointments.care.pages import way_back
from appointments.care.planning.session_forms import PatternForm, rhythm_words
from appointments.care.planning.time_off_forms import BookedDecisionForm
from appointments.care.planning.views import posted, refuse
from appointments.models import Agenda, SessionPattern
from appointments.models.enums.appointment import CancelReason
from appointments.neutrality.patterns import effect_of_pattern
from appointments.planning import PlanningRefused
from appointments.planning.patterns import row_of, who_is_booked
from appointments.rights import agendas_planned_by, get_visible_or_404, patterns_planned_by, rights_of


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def pattern_new(request: DoorRequest, key: int) -> HttpResponse:
    agendas = agendas_planned_by(rights_of(request)).select_related("establishment")
    return pattern_page(request, get_visible_or_404(agendas, key), None)


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def pattern_change(request: DoorRequest, key: int) -> HttpResponse:
    patterns = patterns_planned_by(rights_of(request))
    pattern: SessionPattern = get_visible_or_404(
        patterns.select_related("agenda__establishment", "establishment", "room"), key
    )
    return pattern_page(request, pattern.agenda, pattern)


def pattern_page(request: DoorRequest, agenda: Agenda, pattern: SessionPattern | None) -> HttpResponse:
    """Show the form, what it would do once it is filled, and do it once that was seen."""
    form = PatternForm.of(request.establishment, pattern, posted(request), proposed=request.GET)
    context: dict[str, Any] = {"agenda": agenda, "form": form, "pattern": pattern, "plan": None, "refusal": None}
    context |= {"reasons_to_cancel": CancelReason.choices, "question": None, "effect": None, "company": ""}
    if request.method == "POST" and form.is_valid():
        try:
            if "save" in request.POST:
                return save(request, agenda, form, pattern)
        except PlanningRefused as refusal:
            refuse(form, refusal)
            context["refusal"] = refusal
        context |= preview(form, agenda, pattern)
    chosen = request.POST.getlist("day") if "save" in request.POST else None
    context |= {"chosen": chosen, "rhythm": rhythm_words(pattern.rule) if pattern else ""}
    return render(request, "care/planning/pattern.html", context, status=422 if form.errors else 200)


def preview(form: PatternForm, agenda: Agenda, pattern: SessionPattern | None) -> dict[str, Any]:
    values = form.values()
    try:
        plan = verbs.plan_values(agenda, values, pattern=pattern)
    except PlanningRefused as refusal:
        if not form.errors:
            refuse(form, refusal)
        return {}
    effect = effect_of_pattern(row_of(agenda, values, pattern), before=pattern)
    booked = plan.appointments
    question = verbs.Asked(who_is_booked(len(booked)), appointments=booked, can_keep=True) if booked else None
    company = ", ".join(words.discipline(each) for each in effect.company) if effect else ""
    return {"plan": plan, "effect": effect, "company": company, "question": question}


def save(request: DoorRequest, agenda: Agenda, form: PatternForm, pattern: SessionPattern | None) -> HttpResponse:
    """Write the pattern whose dates were shown and chosen. Raises PlanningRefused."""
    verbs.save_pattern(
        agenda,
        by=request.user,
        values=form.values(),
        digest=request.POST.get("digest", ""),
        days=chosen_days(request),
        pattern=pattern,
        answer=BookedDecisionForm(request.POST).answer(),
    )
    messages.success(request, _("Saved. The sessions of the next 26 weeks are written; the others follow day by day."))
    return redirect(way_back(request) or reverse("planning_agenda", args=[agenda.pk]))


def chosen_days(request: DoorRequest) -> set[date]:
    """Return the ticked dates; what is no date was not ticked."""
    days = set()
    for text in request.POST.getlist("day"):
        try:
            days.add(date.fromisoformat(text))
        except ValueError:
            continue
    return days
