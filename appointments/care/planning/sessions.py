"""Pages of an agenda's sessions: its patterns, the weeks to come, changing one session, deleting some."""

from __future__ import annotations

import re
from collections.abc import Collection
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
from appointments.arithmetic.timegrid import OutsideCalendar, at_local
from appointments.care.planning.session_forms import SessionForm, rhythm_words
from appointments.care.planning.time_off_forms import BookedDecisionForm
from appointments.care.planning.views import posted, refuse
from appointments.models import Agenda, ConsultationSession, SessionPattern
from appointments.models.enums.appointment import CancelReason, Status
from appointments.openings.occurrences import named_holidays
from appointments.planning import PlanningRefused
from appointments.rights import (
    agendas_planned_by,
    get_visible_or_404,
    patterns_planned_by,
    rights_of,
    sessions_planned_by,
)

WEEKS = 8
FAR = timedelta(days=3653)


@audience(Role.HEAD)
@require_safe
def agenda_sessions(request: DoorRequest, key: int) -> HttpResponse:
    agenda = get_visible_or_404(agendas_planned_by(rights_of(request)), key)
    return weeks_page(request, agenda)


def weeks_page(
    request: DoorRequest, agenda: Agenda, *, refusal: PlanningRefused | None = None, chosen: Collection[int] = ()
) -> HttpResponse:
    establishment, today = request.establishment, request.establishment.today()
    this_week = monday(today)
    first = max(monday(asked_day(request, otherwise=today)), this_week)
    start, end = midnight(first, request), midnight(first + timedelta(weeks=WEEKS), request)
    to_come = sessions_planned_by(rights_of(request)).filter(agenda=agenda, ends_at__gt=timezone.now())
    shown = to_come.filter(starts_at__gte=start, starts_at__lt=end).annotate(
        booked=Count("appointments", filter=~Q(appointments__status=Status.CANCELLED))
    )
    days = groupby(
        shown.select_related("room").order_by("starts_at", "id"),
        lambda session: monday(establishment.day_of(session.starts_at)),
    )
    context = {
        "agenda": agenda,
        "patterns": patterns_of(request, agenda, today),
        "refusal": None if refusal and refusal.asks else refusal,
        "question": refusal if refusal and refusal.asks else None,
        "chosen": chosen,
        "reasons_to_cancel": CancelReason.choices,
        "cancel_as": CancelReason.UNIT_POSTPONED,
        "holidays": named_holidays(request.establishment, first, first + timedelta(weeks=WEEKS)),
        "weeks": [(week, list(sessions)) for week, sessions in days],
        "total": to_come.count(),
        "now": timezone.now(),
        "first": first,
        "last": first + timedelta(weeks=WEEKS, days=-1),
        "earlier": first - timedelta(weeks=WEEKS) if first > this_week else None,
        "later": first + timedelta(weeks=WEEKS) if to_come.filter(starts_at__gte=end).exists() else None,
    }
    return render(request, "care/planning/agenda.html", context, status=422 if refusal else 200)


def patterns_of(request: DoorRequest, agenda: Agenda, today: date) -> list[tuple[SessionPattern, str]]:
    rows = patterns_planned_by(rights_of(request)).filter(agenda=agenda).exclude(last__lt=today)
    return [(row, rhythm_words(row.rule)) for row in rows.select_related("room").order_by("start", "first", "id")]


def monday(day: date) -> date:
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
@require_POST
def sessions_delete(request: DoorRequest, key: int) -> HttpResponse:
    agenda = get_visible_or_404(agendas_planned_by(rights_of(request)), key)
    chosen = [int(text) for text in request.POST.getlist("session") if re.fullmatch("[0-9]{1,18}", text)]
    answer = BookedDecisionForm(request.POST).answer()
    try:
        deleted = verbs.delete_sessions(agenda, by=request.user, keys=chosen, answer=answer)
    except PlanningRefused as refusal:
        return weeks_page(request, agenda, refusal=refusal, chosen=chosen)
    sentence = ngettext("%(count)d session is deleted.", "%(count)d sessions are deleted.", deleted)
    messages.success(request, sentence % {"count": deleted})
    return redirect("planning_agenda", agenda.pk)


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def session_change(request: DoorRequest, key: int) -> HttpResponse:
    sessions = sessions_planned_by(rights_of(request)).select_related("agenda", "establishment")
    session: ConsultationSession = get_visible_or_404(sessions, key)
    form, refusal = SessionForm.of(session, posted(request)), None
    if request.method == "POST" and form.is_valid():
        answer = BookedDecisionForm(request.POST).answer()
        try:
            verbs.change_session(session, by=request.user, answer=answer, **form.values())
        except PlanningRefused as error:
            refusal = error
            if not error.asks:
                refuse(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("planning_agenda", session.agenda_id)
    context = {
        "session": session,
        "form": form,
        "question": refusal if refusal and refusal.asks else None,
        "reasons_to_cancel": CancelReason.choices,
        "cancel_as": CancelReason.UNIT_POSTPONED,
    }
    return render(request, "care/planning/session.html", context, status=422 if form.errors or refusal else 200)
