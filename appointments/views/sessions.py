"""Pages of an agenda's sessions: the weeks to come, opening many, changing one, deleting some."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from itertools import groupby

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.decorators import audience
from access.enums import Role
from access.requests import DoorRequest
from appointments import planning as verbs
from appointments.enums import Status
from appointments.models import Agenda, ConsultationSession
from appointments.planning import PlanningRefused, SessionPlan
from appointments.planning_forms import HoursForm, PatternForm
from appointments.policies import agendas_planned_by, get_visible_or_404, sessions_planned_by
from appointments.timegrid import OutsideCalendar, at_local
from appointments.views.planning import posted, refuse

WEEKS = 8
FAR = timedelta(days=3653)


@audience(Role.HEAD)
@require_safe
def agenda_sessions(request: DoorRequest, key: int) -> HttpResponse:
    """An agenda's sessions to come, week by week."""
    agenda = get_visible_or_404(agendas_planned_by(request.user, request.establishment), key)
    return weeks_page(request, agenda)


def weeks_page(request: DoorRequest, agenda: Agenda, *, refusal: PlanningRefused | None = None) -> HttpResponse:
    """Return eight weeks of sessions; with the refusal of a button on it when there is one."""
    zone, today = request.establishment.zone, timezone.localdate(timezone=request.establishment.zone)
    this_week = monday(today)
    first = max(monday(asked_day(request, otherwise=today)), this_week)
    start, end = midnight(first, request), midnight(first + timedelta(weeks=WEEKS), request)
    to_come = sessions_planned_by(request.user, request.establishment).filter(agenda=agenda, ends_at__gt=timezone.now())
    shown = to_come.filter(starts_at__gte=start, starts_at__lt=end).annotate(
        booked=Count("appointments", filter=~Q(appointments__status=Status.CANCELLED))
    )
    days = groupby(shown.order_by("starts_at", "id"), lambda session: monday(session.starts_at.astimezone(zone).date()))
    context = {
        "agenda": agenda,
        "refusal": refusal,
        "weeks": [(week, list(sessions)) for week, sessions in days],
        "total": to_come.count(),
        "now": timezone.now(),
        "first": first,
        "last": first + timedelta(weeks=WEEKS, days=-1),
        "earlier": first - timedelta(weeks=WEEKS) if first > this_week else None,
        "later": first + timedelta(weeks=WEEKS) if to_come.filter(starts_at__gte=end).exists() else None,
    }
    return render(request, "care/planning_agenda.html", context, status=422 if refusal else 200)


def monday(day: date) -> date:
    """Return the first day of the week of `day`."""
    return day - timedelta(days=day.weekday())


def midnight(day: date, request: DoorRequest) -> datetime:
    """Return when `day` begins at the establishment; raise Http404 for a day that no calendar has."""
    try:
        return at_local(day, datetime.min.time(), request.establishment.zone)
    except OutsideCalendar as error:
        raise Http404 from error


def asked_day(request: DoorRequest, *, otherwise: date) -> date:
    """Return the day that the address asks for; raise Http404 when it is none."""
    text = request.GET.get("from", "")
    try:
        day = date.fromisoformat(text) if text else otherwise
    except ValueError as error:
        raise Http404 from error
    if abs(day - otherwise) > FAR:
        raise Http404
    return day


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def sessions_open(request: DoorRequest, key: int) -> HttpResponse:
    """Open sessions: the weekly pattern, then its dates, then the deed."""
    agenda = get_visible_or_404(agendas_planned_by(request.user, request.establishment), key)
    form = PatternForm(posted(request), establishment=request.establishment)
    plan: SessionPlan | None = None
    if request.method == "POST" and form.is_valid():
        try:
            plan = verbs.plan_sessions(agenda, pattern=form.pattern())
            if "open" in request.POST:
                return open_planned(request, agenda, form, plan)
        except PlanningRefused as refusal:
            refuse(form, refusal)
    chosen = request.POST.getlist("day") if "open" in request.POST else None
    context = {"agenda": agenda, "form": form, "plan": plan, "chosen": chosen}
    return render(request, "care/planning_sessions_open.html", context, status=422 if form.errors else 200)


def open_planned(request: DoorRequest, agenda: Agenda, form: PatternForm, plan: SessionPlan) -> HttpResponse:
    """Open the sessions whose dates were shown and chosen. Raises PlanningRefused."""
    chosen = set(request.POST.getlist("day"))
    days = [opening.day for opening in plan.openings if opening.day.isoformat() in chosen]
    seen = request.POST.get("digest", "")
    opened = verbs.open_sessions(agenda, by=request.user, pattern=form.pattern(), digest=seen, days=days)
    sentence = ngettext("%(count)d session is open.", "%(count)d sessions are open.", len(opened))
    messages.success(request, sentence % {"count": len(opened)})
    return redirect("planning_agenda", agenda.pk)


@audience(Role.HEAD)
@require_POST
def sessions_delete(request: DoorRequest, key: int) -> HttpResponse:
    """Delete the chosen sessions, all or none."""
    agenda = get_visible_or_404(agendas_planned_by(request.user, request.establishment), key)
    chosen = [int(text) for text in request.POST.getlist("session") if re.fullmatch("[0-9]{1,18}", text)]
    try:
        deleted = verbs.delete_sessions(agenda, by=request.user, keys=chosen)
    except PlanningRefused as refusal:
        return weeks_page(request, agenda, refusal=refusal)
    sentence = ngettext("%(count)d session is deleted.", "%(count)d sessions are deleted.", deleted)
    messages.success(request, sentence % {"count": deleted})
    return redirect("planning_agenda", agenda.pk)


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def session_change(request: DoorRequest, key: int) -> HttpResponse:
    """Other hours for one session."""
    sessions = sessions_planned_by(request.user, request.establishment).select_related("agenda", "establishment")
    session: ConsultationSession = get_visible_or_404(sessions, key)
    form, refusal = HoursForm.of(session, posted(request)), None
    if request.method == "POST" and form.is_valid():
        try:
            verbs.change_session(session, by=request.user, **form.cleaned_data)
        except PlanningRefused as error:
            refuse(form, error)
            refusal = error
        else:
            messages.success(request, _("Saved."))
            return redirect("planning_agenda", session.agenda_id)
    context = {"session": session, "form": form, "refusal": refusal}
    return render(request, "care/planning_session.html", context, status=422 if form.errors else 200)
