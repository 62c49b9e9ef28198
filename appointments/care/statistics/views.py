"""The unit's figures: for the head of unit all of them, for a clinician those of their own agenda."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.exceptions import BadRequest
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
from appointments.rights import Rights, agendas_planned_by, leads_all, rights_of
from appointments.statistics import Period, UnitFigures, figures_as_csv, read_report

SHOWN_LOST = 20


@audience(Role.HEAD, Role.CLINICIAN)
@require_safe
def statistics(request: DoorRequest) -> HttpResponse:
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


def agendas_of(rights: Rights) -> list[Agenda]:
    """Return the agendas whose figures the person reads: all of a head's unit, retired ones too; else one's own."""
    if rights.leads_unit:
        return list(agendas_planned_by(rights))
    return [agenda for agenda in rights.visible if agenda.owner_id == rights.user.pk]


def period_form(request: DoorRequest) -> PeriodForm:
    usual = Period.usual(request.establishment.today())
    asked = {"since": usual.since.isoformat(), "until": usual.until.isoformat(), "agenda": ""}
    return PeriodForm(
        asked | {name: request.GET.get(name, asked[name]) for name in asked}, agendas=agendas_of(rights_of(request))
    )


def report_of(request: DoorRequest, form: PeriodForm) -> UnitFigures:
    rights = rights_of(request)
    return read_report(
        rights,
        form.period,
        agendas=None if leads_all(rights) else form.agendas,
        agenda=form.cleaned_data["agenda"],
    )
