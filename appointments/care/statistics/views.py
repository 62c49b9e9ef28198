"""The unit's figures: for the head of unit all of them, for a clinician those of their own agenda."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from access.audit import record
from access.decorators import audience
from access.enums import Role, Verb
from access.requests import DoorRequest
from appointments.care.statistics import chart
from appointments.care.statistics.forms import PeriodForm
from appointments.models import Agenda
from appointments.policies import agendas_planned_by, agendas_visible_to, leads_unit
from appointments.statistics import Period, UnitFigures, figures_as_csv, read_report

SHOWN_LOST = 20


@audience(Role.HEAD, Role.CLINICIAN)
@require_safe
def statistics(request: DoorRequest) -> HttpResponse:
    """The figures of a period, in tables and drawings."""
    form = period_form(request)
    if not form.is_valid():
        return render(request, "care/statistics/statistics.html", {"form": form, "report": None}, status=422)
    report = report_of(request, form)
    record(by=request.user, verb=Verb.READ, target="statistics", establishment=request.establishment)
    context = {
        "form": form,
        "report": report,
        "lost_shown": report.lost[:SHOWN_LOST],
        "weeks": chart.columns(report.weeks),
        "causes": chart.bars(report.causes),
        "query": urlencode({name: form[name].value() or "" for name in ("since", "until", "agenda")}),
        "zone": request.establishment.zone,
    }
    return render(request, "care/statistics/statistics.html", context)


@audience(Role.HEAD, Role.CLINICIAN)
@require_safe
def statistics_csv(request: DoorRequest) -> HttpResponse:
    """The same figures as a file, marked as confidential."""
    form = period_form(request)
    if not form.is_valid():
        raise BadRequest(_("Choose the period on the page of the statistics, then take the file again."))
    content = figures_as_csv(report_of(request, form), request.establishment)
    record(by=request.user, verb=Verb.EXPORT, target="statistics", establishment=request.establishment)
    return HttpResponse(
        content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="statistiques-confidentiel.csv"'},
    )


def agendas_of(request: DoorRequest) -> QuerySet[Agenda]:
    """Return the agendas whose figures the user reads: all for the head, retired ones too; else one's own."""
    if leads_unit(request.user, request.establishment):
        return agendas_planned_by(request.user, request.establishment)
    return agendas_visible_to(request.user, request.establishment).filter(owner=request.user)


def period_form(request: DoorRequest) -> PeriodForm:
    """Return the form with what was asked, or with the usual period."""
    usual = Period.usual(request.establishment.today())
    asked = {"since": usual.since.isoformat(), "until": usual.until.isoformat(), "agenda": ""}
    return PeriodForm(asked | {name: request.GET.get(name, asked[name]) for name in asked}, agendas=agendas_of(request))


def report_of(request: DoorRequest, form: PeriodForm) -> UnitFigures:
    """Return the figures that the form asks for."""
    whole = leads_unit(request.user, request.establishment)
    return read_report(
        request.user,
        request.establishment,
        form.period,
        agendas=None if whole else list(agendas_of(request)),
        agenda=form.cleaned_data["agenda"],
    )
