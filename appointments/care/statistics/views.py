"""The unit's figures: for the head of unit all of them, for a clinician those of their own agenda.

The worker counts them, by night or when somebody asks; the page reads what was counted.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from access.audit import record
from access.decorators import audience
from access.enums import Role, Verb
from access.refusal import Refused
from access.requests import DoorRequest
from appointments.care.statistics import chart
from appointments.care.statistics.forms import PeriodForm
from appointments.models import Agenda, CountedFigures
from appointments.rights import Rights, agendas_planned_by, leads_all, rights_of
from appointments.statistics import Period, UnitFigures, figures_as_csv
from appointments.statistics.counts import Counts, nothing
from appointments.statistics.delays import tolerance_of
from appointments.statistics.kept import Counted, ask_to_count, counts_of, figures_kept
from appointments.statistics.report import escorts_of, figures_of

SHOWN_LOST = 20
# A count that is older was left out by more than one night.
OLD_AFTER = timedelta(days=2)


@audience(Role.HEAD, Role.CLINICIAN)
@require_safe
def statistics(request: DoorRequest) -> HttpResponse:
    """What was counted of the days asked for, else of those of last night."""
    form = period_form(request, request.GET)
    if not form.is_valid():
        return render(request, "care/statistics/statistics.html", {"form": form, "report": None}, status=422)
    kept, period = kept_for(request, form)
    report = report_of(request, form, kept, period)
    if report:
        record(by=request.user, verb=Verb.READ, target="statistics", establishment=request.establishment)
    context = {
        "form": form,
        "days": period,
        "report": report,
        "kept": kept,
        "is_old": bool(kept and kept.is_nightly and request.establishment.today() - kept.until > OLD_AFTER),
        "lost_shown": report.lost[:SHOWN_LOST] if report else (),
        "weeks": chart.columns(report.weeks) if report else None,
        "causes": chart.bars(report.causes) if report else None,
        "query": query_of(form, period),
        "zone": request.establishment.zone,
    }
    return render(request, "care/statistics/statistics.html", context)


@audience(Role.HEAD, Role.CLINICIAN)
@require_POST
def count(request: DoorRequest) -> HttpResponse:
    """Ask the worker to count the days of the form, anew where they were counted before."""
    form = period_form(request, request.POST)
    if not form.is_valid():
        return render(request, "care/statistics/statistics.html", {"form": form, "report": None}, status=422)
    if not nobody_is_counted(form):
        try:
            ask_to_count(counted(request, form), form.period)
        except Refused as refused:
            messages.error(request, refused.sentence)
    return redirect(f"{reverse('statistics')}?{query_of(form, form.period)}")


@audience(Role.HEAD, Role.CLINICIAN)
@require_safe
def statistics_csv(request: DoorRequest) -> HttpResponse:
    """The same figures as a file, marked as confidential."""
    form = period_form(request, request.GET)
    report = report_of(request, form, *kept_for(request, form)) if form.is_valid() else None
    if report is None:
        raise BadRequest(_("Choose the period on the page of the statistics, then take the file again."))
    content = figures_as_csv(report, request.establishment)
    record(by=request.user, verb=Verb.EXPORT, target="statistics", establishment=request.establishment)
    return HttpResponse(
        content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="statistiques-confidentiel.csv"'},
    )


def agendas_of(rights: Rights) -> list[Agenda]:
    """Return the agendas whose figures the person reads: all of a head's unit, retired ones too; else one's own."""
    if rights.leads_unit:
        return list(agendas_planned_by(rights))
    return [agenda for agenda in rights.visible if agenda.owner_id == rights.user.pk]


def period_form(request: DoorRequest, given: QueryDict) -> PeriodForm:
    usual = Period.of_the_night(request.establishment.today())
    asked = {"since": usual.since.isoformat(), "until": usual.until.isoformat(), "agenda": ""}
    return PeriodForm(
        asked | {name: given.get(name, asked[name]) for name in asked}, agendas=agendas_of(rights_of(request))
    )


def nobody_is_counted(form: PeriodForm) -> bool:
    """Whether there is no agenda whose figures the person may read."""
    return not form.agendas


def counted(request: DoorRequest, form: PeriodForm) -> Counted:
    """Return whose figures are asked for: of one agenda, of the whole house, else of those that the person reads."""
    agenda = form.cleaned_data["agenda"]
    if agenda is not None:
        return Counted.of(request.establishment, [agenda])
    return Counted.of(request.establishment, None if leads_all(rights_of(request)) else form.agendas)


def period_asked(request: DoorRequest, form: PeriodForm) -> Period | None:
    """Return the days asked for; None for whoever named none and reads what the night counted."""
    return form.period if {"since", "until"} & set(request.GET) else None


def kept_for(request: DoorRequest, form: PeriodForm) -> tuple[CountedFigures | None, Period]:
    """Return what was counted of the days asked for, and its days: the form's where nothing was."""
    kept = None if nobody_is_counted(form) else figures_kept(counted(request, form), period_asked(request, form))
    return kept, Period(kept.since, kept.until) if kept else form.period


def report_of(
    request: DoorRequest, form: PeriodForm, kept: CountedFigures | None, period: Period
) -> UnitFigures | None:
    """Return the figures for the page; None while they are not counted."""
    if nobody_is_counted(form):
        counts: Counts | None = nothing(tolerance_of(request.establishment))
    else:
        counts = counts_of(kept)
    if counts is None:
        return None
    counted_at = kept.counted_at if kept and kept.counted_at else timezone.now()
    escorts = escorts_of(rights_of(request), period)
    return figures_of(counts, period, counted_at=counted_at, agenda=form.cleaned_data["agenda"], escorts=escorts)


def query_of(form: PeriodForm, period: Period) -> str:
    return urlencode({"since": period.since, "until": period.until, "agenda": form["agenda"].value() or ""})
