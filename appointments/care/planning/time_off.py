"""Pages of when nobody is seen: the month's calendar, absences, closures, whose public holidays the unit keeps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.decorators import audience
from access.enums import Role
from access.requests import DoorRequest
from appointments import planning as verbs
from appointments import stranded
from appointments.booking.exposure import group_of
from appointments.booking.reception import nursing_kinds
from appointments.care.lists.officers_side import schedule_of
from appointments.care.pages import month_from
from appointments.care.planning.forms import TerritoryForm
from appointments.care.planning.month import read_time_off_month
from appointments.care.planning.time_off_forms import (
    EACH,
    KEEP,
    RECEIVE,
    AbsenceForm,
    BookedDecisionForm,
    ClosureForm,
    TimeOffForm,
)
from appointments.care.planning.views import posted, refuse
from appointments.care.withdrawal.words import received
from appointments.models import Absence, Agenda, Closure, Kind
from appointments.models.enums.appointment import CancelReason
from appointments.models.enums.planning import AbsenceReason, ClosureReason, Territory
from appointments.openings.occurrences import territory_of
from appointments.planning import Asked, PlanningRefused
from appointments.planning.absences import booked_under
from appointments.planning.asking import fingerprint_of
from appointments.rights import absences_planned_by, closures_planned_by, get_visible_or_404, rights_of
from appointments.stranded import Choice, How


@audience(Role.HEAD)
@require_safe
def calendar(request: DoorRequest) -> HttpResponse:
    establishment = request.establishment
    asked = request.GET.get("month", "")
    month = month_from(asked) if asked else establishment.today().replace(day=1)
    territory = territory_of(establishment)
    context = {
        "month": read_time_off_month(rights_of(request), month, territory=territory),
        "today": establishment.today(),
        "territory_form": TerritoryForm(initial={"territory": territory}),
    }
    return render(request, "care/planning/calendar.html", context)


@audience(Role.HEAD)
@require_POST
def territory(request: DoorRequest) -> HttpResponse:
    form = TerritoryForm(request.POST)
    if not form.is_valid():
        context = {
            "month": read_time_off_month(rights_of(request), request.establishment.today()),
            "today": request.establishment.today(),
            "territory_form": form,
        }
        return render(request, "care/planning/calendar.html", context, status=422)
    chosen = Territory(form.cleaned_data["territory"])
    verbs.choose_territory(request.establishment, by=request.user, territory=chosen)
    messages.success(
        request, _("Saved. The patterns keep the public holidays of: %(place)s.") % {"place": chosen.label}
    )
    return redirect("planning_calendar")


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def absence_new(request: DoorRequest) -> HttpResponse:
    initial = {"agenda": request.GET.get("agenda", ""), "first": request.GET.get("day", "")}
    form = AbsenceForm(posted(request), rights=rights_of(request), initial=initial)

    def save() -> Absence:
        typed, decided = form.cleaned_data, BookedDecisionForm(request.POST)
        answer = decided.answer()
        said: dict[str, Any] = {"by": request.user, "hours": form.hours, "reason": AbsenceReason(typed["reason"])}
        chosen = decided.cleaned_data["decision"] if answer else ""
        if answer and chosen == KEEP:
            return stranded.declare_kept_absence(typed["agenda"], **said, answer=answer)
        kind = receiving_kind(request, decided) if chosen == RECEIVE else None
        if answer and kind is not None:
            absence, number = stranded.declare_received_absence(typed["agenda"], **said, answer=answer, kind=kind)
            left = len(booked_under([absence.agenda], form.hours))
            messages.success(request, received(number, left=left))
            return absence
        return verbs.declare_absence(typed["agenda"], **said, answer=None if chosen == RECEIVE else answer)

    return time_off_page(request, form, save, title=_("Note an absence"), cancel_as=CancelReason.UNIT_ABSENT)


def receiving_kind(request: DoorRequest, decided: BookedDecisionForm) -> Kind | None:
    """Return for what nurses receive the people; None when no nurse does that."""
    key = decided.cleaned_data["received_for"]
    return next((kind for kind in nursing_kinds(rights_of(request)) if str(kind.pk) == key), None)


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def closure_new(request: DoorRequest) -> HttpResponse:
    form = ClosureForm(posted(request), rights=rights_of(request), initial={"first": request.GET.get("day", "")})

    def save() -> Closure:
        reason, answer = ClosureReason(form.cleaned_data["reason"]), BookedDecisionForm(request.POST).answer()
        return verbs.declare_closure(
            request.establishment,
            by=request.user,
            hours=form.hours,
            reason=reason,
            answer=answer,
            unit=form.cleaned_data.get("unit"),
        )

    return time_off_page(request, form, save, title=_("Close the unit"), cancel_as=CancelReason.UNIT_POSTPONED)


def time_off_page(
    request: DoorRequest,
    form: TimeOffForm,
    save: Callable[[], Absence | Closure],
    *,
    title: str,
    cancel_as: CancelReason,
) -> HttpResponse:
    refusal: PlanningRefused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            saved = save()
        except PlanningRefused as error:
            refusal = error
            if not error.asks:
                refuse(form, error)
        else:
            return after_saving(request, saved)
    context = {
        "form": form,
        "title": title,
        "question": refusal if refusal and refusal.asks else None,
        "reasons_to_cancel": CancelReason.choices,
        "cancel_as": cancel_as,
        "is_absence": isinstance(form, AbsenceForm),
        "reception": reception_offered(request, refusal) if isinstance(form, AbsenceForm) else None,
    }
    return render(request, "care/planning/time_off.html", context, status=422 if form.errors or refusal else 200)


def reception_offered(request: DoorRequest, question: PlanningRefused | None) -> dict[str, Any] | None:
    """Return what the page says of the nurses who work then; None when nobody asks, or no person has a place."""
    if not isinstance(question, Asked):
        return None
    people = question.everybody
    # A closure may be of several agendas, all of one unit.
    kinds = nursing_kinds(rights_of(request), unit=people[0].agenda.unit_id) if people else []
    if not kinds:
        return None
    planned = stranded.plan_lines(people, Choice(How.NURSE, kind=kinds[0]), rights_of(request).bookable)
    number = sum(line.place is not None for line in planned)
    return {"kinds": kinds, "number": number, "total": len(people)} if number else None


def after_saving(request: DoorRequest, saved: Absence | Closure) -> HttpResponse:
    name = "planning_absence" if isinstance(saved, Absence) else "planning_closure"
    messages.success(request, _("Noted. Nothing is offered or booked at that time."))
    if request.POST.get("decision") in {EACH, RECEIVE}:
        if isinstance(saved, Absence) and booked_under([saved.agenda], (saved.starts_at, saved.ends_at)):
            return redirect("stranded_agenda", saved.agenda_id)
        return redirect(name, saved.pk)
    month = saved.starts_at.astimezone(request.establishment.zone)
    query = urlencode({"month": f"{month:%Y-%m}"})
    response = redirect("planning_calendar")
    response["Location"] += f"?{query}"
    return response


@audience(Role.HEAD)
@require_safe
def absence(request: DoorRequest, key: int) -> HttpResponse:
    shown: Absence = get_visible_or_404(visible_absences(request), key)
    return show(request, shown, agendas=[shown.agenda])


@audience(Role.HEAD)
@require_safe
def closure(request: DoorRequest, key: int) -> HttpResponse:
    shown: Closure = get_visible_or_404(closures_planned_by(rights_of(request)), key)
    agendas = list(Agenda.objects.filter(unit=shown.unit_id).order_by("pk"))
    return show(request, shown, agendas=agendas)


def show(
    request: DoorRequest, shown: Absence | Closure, *, agendas: list[Agenda], refusal: PlanningRefused | None = None
) -> HttpResponse:
    booked = booked_under(agendas, (shown.starts_at, shown.ends_at))
    stranded.mark_stranded(booked, request.establishment)
    starts, ends = (at.astimezone(request.establishment.zone) for at in (shown.starts_at, shown.ends_at))
    midnight = time.min
    context: dict[str, Any] = {
        "shown": shown,
        # Whole days end at the midnight after the last of them.
        "last_day": ends.date() - timedelta(days=1) if (starts.time(), ends.time()) == (midnight, midnight) else None,
        "is_absence": isinstance(shown, Absence),
        "booked": booked,
        "asked": fingerprint_of(booked),
        "group": group_of(booked, schedule=schedule_of(request)),
        "undecided": sum(one.stranded == "undecided" for one in booked),
        "refusal": refusal,
    }
    return render(request, "care/planning/time_off_one.html", context, status=422 if refusal else 200)


@audience(Role.HEAD)
@require_POST
def absence_cancel(request: DoorRequest, key: int) -> HttpResponse:
    shown: Absence = get_visible_or_404(visible_absences(request), key)
    try:
        number = verbs.cancel_under(shown, by=request.user, digest=request.POST.get("asked", ""))
    except PlanningRefused as refusal:
        return show(request, shown, agendas=[shown.agenda], refusal=refusal)
    sentence = ngettext("%(count)d appointment is cancelled.", "%(count)d appointments are cancelled.", number)
    messages.success(request, sentence % {"count": number})
    return redirect("planning_absence", shown.pk)


@audience(Role.HEAD)
@require_POST
def absence_remove(request: DoorRequest, key: int) -> HttpResponse:
    verbs.remove_absence(get_visible_or_404(visible_absences(request), key), by=request.user)
    messages.success(request, _("Removed. The times are offered again."))
    return redirect("planning_calendar")


@audience(Role.HEAD)
@require_POST
def closure_remove(request: DoorRequest, key: int) -> HttpResponse:
    rows = closures_planned_by(rights_of(request)).select_related("establishment")
    verbs.remove_closure(get_visible_or_404(rows, key), by=request.user)
    messages.success(request, _("Removed. The times are offered again."))
    return redirect("planning_calendar")


def visible_absences(request: DoorRequest) -> Any:
    rows = absences_planned_by(rights_of(request))
    return rows.select_related("agenda__establishment", "establishment")
