"""The rounds of a day: who is to be visited, wing by wing; noting it, undoing it; the paper, and the law's figures."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Role, Verb
from access.refusal import Refused
from access.requests import DoorRequest
from appointments.arithmetic.sheet import destroy_on
from appointments.care.day.forms import JumpForm
from appointments.care.pages import day_from
from appointments.care.rounds import words
from appointments.care.rounds.forms import EnterForm, NoteForm
from appointments.models import RoundStay, RoundVisit
from appointments.models.enums.rounds import VisitReason
from appointments.rounds import Line, Said, State, by_wing, legal_weeks, lines_of_day, note, take_back, team_of
from appointments.rounds.visits import ENTERED_WITHIN


@audience(*CARE_ROLES)
@require_safe
def rounds(request: DoorRequest) -> HttpResponse:
    return show_day(request, request.establishment.today())


@audience(*CARE_ROLES)
@require_safe
def rounds_day(request: DoorRequest, day: str) -> HttpResponse:
    return show_day(request, known_day(request, day))


@audience(*CARE_ROLES)
@require_safe
def rounds_jump(request: DoorRequest) -> HttpResponse:
    form = JumpForm(request.GET)
    today = request.establishment.today()
    if not form.is_valid() or not today - ENTERED_WITHIN <= form.day <= today:
        raise BadRequest(_("Choose today or one of the 31 days before: visits are entered up to a month afterwards."))
    return redirect("rounds_day", day=form.day.isoformat())


def known_day(request: DoorRequest, text: str) -> date:
    """Return a day of which visits may be entered; raise Http404 for any other."""
    day, today = day_from(text), request.establishment.today()
    if not today - ENTERED_WITHIN <= day <= today:
        raise Http404
    return day


def show_day(request: DoorRequest, day: date, *, refused: str = "", status: int = 200) -> HttpResponse:
    establishment, today = request.establishment, request.establishment.today()
    lines, kinds, only = chosen_lines(request, day)
    listed = [line for line in lines if line.state != State.NOT_DUE or line.visit or request.GET.get("show") == "all"]
    record(by=request.user, verb=Verb.READ, target=RoundVisit, establishment=establishment)
    role = request.membership.role
    context = {
        "day": day,
        "is_today": day == today,
        "wings": [
            (wing, [words.shown(line, by=request.user, role=role) for line in mine]) for wing, mine in by_wing(listed)
        ],
        "headline": words.headline(lines),
        "hidden": len(lines) - len(listed),
        "kinds": kinds,
        "only": only,
        "query": urlencode({"kind": only}) if only else "",
        "reasons": VisitReason.choices,
        "refused": refused,
        "first_day": today - ENTERED_WITHIN,
        "today": today,
        "zone": establishment.zone,
    }
    return render(request, "care/rounds/rounds.html", context, status=status)


def chosen_lines(request: DoorRequest, day: date) -> tuple[list[Line], list[Any], int | None]:
    """Return the lines of the round that was asked for, the rounds of the day, and which one it is."""
    lines = lines_of_day(request.establishment, day)
    kinds = sorted({line.stay.kind for line in lines}, key=lambda kind: (kind.name, kind.pk))
    asked = request.GET.get("kind", "")
    only = next((kind.pk for kind in kinds if str(kind.pk) == asked), None)
    return [line for line in lines if only is None or line.stay.kind_id == only], kinds, only


def back(request: DoorRequest, day: date, stay: UUID | None = None) -> HttpResponse:
    name = reverse("rounds") if day == request.establishment.today() else reverse("rounds_day", args=[day.isoformat()])
    only = request.GET.get("kind", "")
    query = f"?{urlencode({'kind': only})}" if only.isdecimal() else ""
    return redirect(f"{name}{query}{f'#stay-{stay}' if stay else ''}")


@audience(*CARE_ROLES)
@require_POST
def rounds_note(request: DoorRequest, day: str) -> HttpResponse:
    """Write what became of one visit; the same press again changes nothing."""
    on, form = known_day(request, day), NoteForm(request.POST)
    if not form.is_valid():
        return show_day(request, on, refused=_("Say what became of the visit, with one of the buttons."), status=422)
    stay = stay_or_404(request, form.cleaned_data["stay"])
    local = timezone.localtime(timezone=request.establishment.zone)
    at = local.time().replace(second=0, microsecond=0) if on == local.date() else None
    following = next_waiting(request, on, stay)
    try:
        note(by=request.user, stay=stay, day=on, said=Said(**form.said, at=at))
    except Refused as refusal:
        return show_day(request, on, refused=f"{stay.detainee.display_name}: {refusal.sentence}", status=422)
    return back(request, on, following)


def next_waiting(request: DoorRequest, day: date, stay: RoundStay) -> UUID:
    """Return on whom the keyboard stands after `stay` was noted: the next one on the page who still waits."""
    lines, _kinds, _only = chosen_lines(request, day)
    keys = [line.stay.pk for line in lines if line.state <= State.MAY_WAIT or line.stay.pk == stay.pk]
    after = keys[keys.index(stay.pk) + 1 :] if stay.pk in keys else []
    return after[0] if after else stay.pk


def stay_or_404(request: DoorRequest, key: UUID) -> RoundStay:
    rows = RoundStay.objects.filter(establishment=request.establishment)
    found = rows.select_related("kind", "establishment", "detainee").filter(pk=key).first()
    if found is None:
        raise Http404
    return found


@audience(*CARE_ROLES)
@require_POST
def rounds_undo(request: DoorRequest, key: UUID) -> HttpResponse:
    rows = RoundVisit.objects.filter(establishment=request.establishment)
    visit = rows.select_related("stay__kind", "stay__establishment", "stay__detainee", "establishment", "made_by")
    found = visit.filter(pk=key).first()
    if found is None:
        raise Http404
    try:
        take_back(by=request.user, visit=found)
    except Refused as refusal:
        return show_day(request, found.day, refused=refusal.sentence, status=422)
    return back(request, found.day, found.stay_id)


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def rounds_enter(request: DoorRequest, day: str) -> HttpResponse:
    """Enter a round that was made with a paper in hand: all of it, or nothing while a line is refused."""
    on = known_day(request, day)
    lines, _kinds, only = chosen_lines(request, on)
    team = team_of(request.establishment)
    mine = next((one.pk for one in team if one.user_id == request.user.pk), None)
    posted = request.POST if request.method == "POST" else None
    form = EnterForm(posted, lines=lines, team=team, initial={"made_by": mine})
    refused: list[str] = []
    if form.is_valid():
        refused = enter(request, on, form)
        if not refused:
            number = len(form.words())
            said = ngettext("%(n)d visit is entered.", "%(n)d visits are entered.", number)
            messages.success(request, said % {"n": number})
            return back(request, on)
    context = {
        "day": on,
        "form": form,
        "wings": wings_of_form(form),
        "refused": refused,
        "query": urlencode({"kind": only}) if only else "",
    }
    return render(request, "care/rounds/enter.html", context, status=422 if form.errors or refused else 200)


def wings_of_form(form: EnterForm) -> list[tuple[str, list[Any]]]:
    fields = {line.stay.pk: (line, said, last) for line, said, last in form.rows()}
    return [(wing, [fields[line.stay.pk] for line in mine]) for wing, mine in by_wing(form.lines)]


def enter(request: DoorRequest, day: date, form: EnterForm) -> list[str]:
    """Write the words of a paper in one go; return what is refused, of whom, having written nothing then."""
    refused: list[str] = []
    maker = form.cleaned_data["made_by"].user
    with transaction.atomic():
        for line, said in form.words():
            # Read with the lines already.
            line.stay.establishment = request.establishment
            try:
                note(by=request.user, stay=line.stay, day=day, said=said, made_by=maker)
            except Refused as refusal:
                refused.append(f"{line.stay.detainee.display_name}: {refusal.sentence}")
        if refused:
            transaction.set_rollback(True)
    return refused


@audience(*CARE_ROLES)
@require_safe
def rounds_sheet(request: DoorRequest, day: str) -> HttpResponse:
    """The round on paper, wing by wing and cell by cell: it never leaves the carers' hands."""
    on = known_day(request, day)
    lines, _kinds, only = chosen_lines(request, on)
    open_lines = [line for line in lines if line.state not in {State.DONE, State.NOT_DUE}]
    in_order = sorted(open_lines, key=lambda line: (line.wing_order, line.cell_order))
    record(by=request.user, verb=Verb.PRINT, target=RoundVisit, establishment=request.establishment)
    context = {
        "day": on,
        "wings": [(wing, [(line, words.due_words(line)) for line in mine]) for wing, mine in by_wing(in_order)],
        "destroy_on": destroy_on(on),
        "printed_at": timezone.now(),
        "query": urlencode({"kind": only}) if only else "",
        "zone": request.establishment.zone,
    }
    return render(request, "care/rounds/sheet.html", context)


@audience(Role.HEAD)
@require_safe
def rounds_figures(request: DoorRequest) -> HttpResponse:
    """What the law asks, week by week and wing by wing, and who had too few visits."""
    record(by=request.user, verb=Verb.READ, target=RoundVisit, establishment=request.establishment)
    return render(request, "care/rounds/figures.html", {"weeks": legal_weeks(request.establishment)})
