"""The week of one practitioner and the month's load: where a gap is, and where too much stands."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.requests import DoorRequest
from appointments.care.cards import Cards
from appointments.care.day.drawing import drawn_cells
from appointments.care.day.load import read_month_load
from appointments.care.day.week import AgendaWeek, read_week
from appointments.care.pages import chosen_agenda, day_from, month_from
from appointments.models import Agenda
from appointments.rights import rights_of


@audience(*CARE_ROLES)
@require_safe
def week(request: DoorRequest) -> HttpResponse:
    return show_week(request, request.establishment.today())


@audience(*CARE_ROLES)
@require_safe
def week_of(request: DoorRequest, day: str) -> HttpResponse:
    return show_week(request, day_from(day))


def show_week(request: DoorRequest, day: date) -> HttpResponse:
    agendas = rights_of(request).visible
    agenda = chosen_of(request, agendas)
    record(by=request.user, verb=Verb.READ, target=agenda or Agenda, establishment=request.establishment)
    shown = read_week(rights_of(request), agenda, day) if agenda else None
    main_column = column_of(shown, day) if shown else 0
    if shown:
        cards = Cards(request.establishment.zone)
        for row in shown.rows:
            row.drawn = drawn_cells(cards, row.cells, main=main_column)
    context = {
        "week": shown,
        "agendas": agendas,
        "main": day,
        "main_column": main_column,
        "kept": f"?{urlencode({'agenda': agenda.pk})}" if agenda else "",
        "previous_week": day - timedelta(days=7),
        "next_week": day + timedelta(days=7),
        "zone": request.establishment.zone,
    }
    return render(request, "care/day/week.html", context)


def chosen_of(request: DoorRequest, agendas: list[Agenda]) -> Agenda | None:
    """Return the agenda asked for, else one's own, else the first; raise Http404 for one that is not seen."""
    if key := request.GET.get("agenda", ""):
        return rights_of(request).visible_or_404(key)
    own = (agenda for agenda in agendas if agenda.owner_id == request.user.pk)
    return next(own, agendas[0] if agendas else None)


def column_of(shown: AgendaWeek, day: date) -> int:
    """Return which column a telephone shows: the day asked for, else the first of the week."""
    return next((number for number, column in enumerate(shown.days) if column.date == day), 0)


@audience(*CARE_ROLES)
@require_safe
def month(request: DoorRequest) -> HttpResponse:
    return show_month(request, request.establishment.today().replace(day=1))


@audience(*CARE_ROLES)
@require_safe
def month_of(request: DoorRequest, month: str) -> HttpResponse:
    """The load of another month, written 2026-11."""
    return show_month(request, month_from(month))


def show_month(request: DoorRequest, first: date) -> HttpResponse:
    user, establishment = request.user, request.establishment
    only = chosen_agenda(request)
    rights = rights_of(request)
    record(by=user, verb=Verb.READ, target=Agenda, establishment=establishment)
    context = {
        "month": read_month_load(
            establishment, first, agendas=[only] if only else rights.visible, bookable=rights.bookable_keys
        ),
        "agendas": rights.visible,
        "only": only,
        "kept": f"?{urlencode({'agenda': only.pk})}" if only else "",
        "previous_month": (first - timedelta(days=1)).replace(day=1),
        "next_month": (first + timedelta(days=31)).replace(day=1),
    }
    return render(request, "care/day/month.html", context)
