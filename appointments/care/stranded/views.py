"""Appointments whose practitioner is away or has left: who they are, what would happen, and one decision about many."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Count, Max, Min
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.requests import DoorRequest
from appointments import booking, stranded
from appointments.booking.exposure import batches_of, group_of
from appointments.booking.reception import nursing_kinds
from appointments.care.days_away import DaysAway
from appointments.care.lists.officers_side import schedule_of
from appointments.care.stranded.forms import StrandedForm, reviewed, written
from appointments.care.stranded.words import done, refused, untrue
from appointments.care.taking_back.links import say_done
from appointments.care.withdrawal.forms import ticked
from appointments.care.withdrawal.words import WithdrawalPlan
from appointments.models import Absence, Agenda, Appointment, Kind
from appointments.models.enums.planning import Discipline
from appointments.rights import appointments_visible_to, rights_of
from appointments.stranded import How, PlannedLine

# A page holds no more; the others follow once these are decided.
SHOWN = 200
# What was shown is no longer so.
UNTRUE = frozenset({"decided", "places", "taken", "full", "person", "away", "closed", "arrival", "left"})


@dataclass(frozen=True)
class StrandedPage:
    """One agenda, those about whom is to be decided, and who may take them in."""

    agenda: Agenda
    appointments: list[Appointment]
    total: int
    # Everybody to come, for the agenda is to go out of use.
    is_everybody: bool
    has_left: bool
    absences: list[DaysAway]
    colleagues: list[Agenda]
    nursing: list[Kind]

    @property
    def hows(self) -> list[How]:
        found = [How.COLLEAGUE, How.ANYBODY] if self.colleagues else []
        found += [] if self.has_left or self.is_everybody else [How.SAME]
        found += [How.QUEUE, *([How.NURSE] if self.nursing else [])]
        return found if self.is_everybody else [*found, How.KEEP]


@audience(*CARE_ROLES)
@require_safe
def overview(request: DoorRequest) -> HttpResponse:
    rights = rights_of(request)
    record(by=request.user, verb=Verb.READ, target=Appointment, establishment=request.establishment)
    waiting = stranded.decidable_by(rights).order_by().values("agenda")
    counted = {
        row["agenda"]: row
        for row in waiting.annotate(number=Count("pk"), first=Min("starts_at"), last=Max("starts_at"))
    }
    left = set(stranded.agendas_left(request.establishment).values_list("pk", flat=True)) if counted else set()
    context = {
        "agendas": [
            {**counted[agenda.pk], "agenda": agenda, "has_left": agenda.pk in left}
            for agenda in rights.bookable
            if agenda.pk in counted
        ],
        "total": sum(row["number"] for row in counted.values()),
        "zone": request.establishment.zone,
    }
    return render(request, "care/stranded/overview.html", context)


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def agenda(request: DoorRequest, key: int) -> HttpResponse:
    """Those of one agenda about whom nobody has decided: chosen, reviewed, decided."""
    record(by=request.user, verb=Verb.READ, target=Appointment, establishment=request.establishment)
    page = read_page(request, rights_of(request).bookable_or_404(key))
    form = StrandedForm(
        request.POST if request.method == "POST" else None,
        hows=page.hows,
        colleagues=page.colleagues,
        nursing=page.nursing,
        initial={"how": page.hows[0], "receiver": page.colleagues[0].pk if page.colleagues else None},
    )
    if request.method != "POST":
        return choose(request, page, form)
    if "back" in request.POST or not form.is_valid():
        return choose(request, page, form, status=422 if form.errors else 200)
    if "do" in request.POST:
        return carry_out(request, page, form)
    return review(request, page, form)


def read_page(request: DoorRequest, agenda: Agenda) -> StrandedPage:
    is_everybody = request.GET.get("everybody") == "1"
    mine = Appointment.objects.filter(agenda=agenda)
    rows = stranded.expected_in(agenda) if is_everybody else stranded.to_decide(mine, request.establishment)
    found = list(rows.with_names().order_by("starts_at", "id")[: SHOWN + 1])
    for one in found:
        # The row is here already, with its establishment.
        one.agenda = agenda
    absences = Absence.objects.filter(agenda=agenda, ends_at__gt=timezone.now()).order_by("starts_at")
    return StrandedPage(
        agenda=agenda,
        appointments=found[:SHOWN],
        total=len(found) if len(found) <= SHOWN else rows.count(),
        is_everybody=is_everybody,
        has_left=stranded.agendas_left(request.establishment).filter(pk=agenda.pk).exists(),
        absences=[DaysAway.of(each, request.establishment) for each in absences],
        colleagues=stranded.colleagues_of(agenda, rights_of(request).bookable),
        nursing=nursing_kinds(rights_of(request), unit=agenda.unit_id) if nurses_beside(request, agenda) else [],
    )


def choose(
    request: DoorRequest, page: StrandedPage, form: StrandedForm, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    marked = ticked(request.POST.getlist("appointment")) if request.method == "POST" else None
    day_of = request.establishment.day_of
    context = {
        **shared(request, page),
        "form": form,
        "days": [
            (day, list(group)) for day, group in groupby(page.appointments, key=lambda one: day_of(one.starts_at))
        ],
        "ticked": {one.pk for one in page.appointments if marked is None or one.pk in marked},
        "refusal": refusal,
    }
    return render(request, "care/stranded/agenda.html", context, status=status)


def shared(request: DoorRequest, page: StrandedPage) -> dict[str, Any]:
    return {"page": page, "agenda": page.agenda, "zone": request.establishment.zone}


def review(
    request: DoorRequest, page: StrandedPage, form: StrandedForm, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    """Show for each of those ticked what would become of them. Changes nothing."""
    marked = ticked(request.POST.getlist("appointment"))
    wanted = [one for one in page.appointments if one.pk in marked]
    if not wanted:
        nobody = _("Tick the appointments that you decide about.")
        return choose(request, page, form, refusal=refusal or nobody, status=status if refusal else 422)
    lines = stranded.plan_lines(wanted, form.choice, taking_in(request, page))
    plan = told(request, lines)
    words = defaultdict(str, {line.appointment.pk: plan.words_for_list(line) for line in plan.group.lines})
    context = {
        **shared(request, page),
        "group": plan.group,
        "plan": plan,
        "form": form,
        "lines": [(line, written(line, form.choice) if line.how else "", words[line.appointment.pk]) for line in lines],
        "possible": sum(line.how is not None for line in lines),
        "refusal": refusal,
    }
    return render(request, "care/stranded/review.html", context, status=status)


def taking_in(request: DoorRequest, page: StrandedPage) -> list[Agenda]:
    """Return the agendas that may take somebody in: those of colleagues who work here, and the nurses'."""
    nurses = nurses_beside(request, page.agenda)
    return [*page.colleagues, *(each for each in nurses if each not in page.colleagues)]


def nurses_beside(request: DoorRequest, agenda: Agenda) -> list[Agenda]:
    """Return the agendas of other nurses in which the user books."""
    return stranded.beside(agenda, rights_of(request).bookable, discipline=Discipline.NURSING)


def told(request: DoorRequest, lines: list[PlannedLine]) -> WithdrawalPlan:
    """Return what officers would see of it: lines whose arrival time does not stay, and when these go."""
    leaving = [
        line.appointment
        for line in lines
        if line.how == How.QUEUE or (line.place is not None and line.place.called_at != line.appointment.called_at)
    ]
    group = group_of(leaving, schedule=schedule_of(request))
    return WithdrawalPlan(group, batches=batches_of(group, schedule_of(request)))


def carry_out(request: DoorRequest, page: StrandedPage, form: StrandedForm) -> HttpResponse:
    """Do what the review showed, all of it or nothing; say what was done, or what has become untrue."""
    known = {one.pk: one for one in page.appointments}
    lines = reviewed(
        request.POST.getlist("line"),
        appointments=known,
        agendas=[page.agenda, *taking_in(request, page)],
        kinds=page.nursing,
    )
    if lines is None:
        return review(request, page, form, refusal=untrue(gone(request, page)), status=409)
    try:
        with booking.in_one_step() as at:
            stranded.decide(by=request.user, lines=lines, only_stranded=not page.is_everybody)
    except booking.BookingRefused as refusal:
        if refusal.code == "changed":
            return review(request, page, form, refusal=untrue(gone(request, page)), status=409)
        return review(request, page, form, refusal=refused(refusal), status=409 if refusal.code in UNTRUE else 422)
    left = read_page(request, page.agenda).total
    say_done(request, done(lines, left=left), at=at)
    if not left:
        return redirect("stranded")
    query = "?everybody=1" if page.is_everybody else ""
    return redirect(f"{reverse('stranded_agenda', args=[page.agenda.pk])}{query}")


def gone(request: DoorRequest, page: StrandedPage) -> list[Appointment]:
    """Return those ticked that a colleague has changed or decided about since. One query."""
    marked = ticked(request.POST.getlist("appointment"))
    same = {one.pk for one in page.appointments if marked.get(one.pk) == one.revision}
    rows = appointments_visible_to(rights_of(request)).filter(pk__in=[key for key in marked if key not in same])
    return list(rows.select_related("detainee").order_by("starts_at", "id"))
