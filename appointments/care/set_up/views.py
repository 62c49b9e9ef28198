"""The set-up assistant: from an empty unit to its first appointment, one step a page, each skippable and resumable.

It holds no rule of its own: rows are added by the verbs of the planning, with the forms of its pages, and whatever is
there already counts as done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.decorators import audience
from access.enums import Role
from access.requests import DoorRequest
from appointments import planning as verbs
from appointments.care.pages import way_from
from appointments.care.planning.views import refuse
from appointments.care.set_up import content
from appointments.care.set_up.forms import WordForm
from appointments.care.set_up.words import USUAL_KINDS, USUAL_ROOMS, WHY
from appointments.models import CareUnit
from appointments.models.enums.planning import SetUpStep, SetUpWord
from appointments.planning import PlanningRefused
from appointments.planning.set_up import LOOKED_AT, SetUp, answer_step, read_set_up
from appointments.rights import rights_of


def headed_or_404(request: DoorRequest, key: int) -> CareUnit:
    unit = next((each for each in rights_of(request).headed if each.pk == key), None)
    if unit is None:
        raise Http404
    return unit


def step_or_404(text: str) -> SetUpStep:
    try:
        return SetUpStep(text)
    except ValueError as error:
        raise Http404 from error


@audience(Role.HEAD)
@require_safe
def set_up(request: DoorRequest) -> HttpResponse:
    """Lead to the unit that is least ready among those that the person heads."""
    headed = rights_of(request).headed
    if not headed:
        raise Http404
    unit = min((read_set_up(each) for each in headed), key=lambda found: found.done).unit if headed[1:] else headed[0]
    return redirect("set_up_unit", unit.pk)


@audience(Role.HEAD)
@require_safe
def set_up_unit(request: DoorRequest, key: int) -> HttpResponse:
    found = read_set_up(headed_or_404(request, key))
    return render(request, "care/set_up/set_up.html", {**progress(request, found), "next_step": found.next_step})


@audience(Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def set_up_step(request: DoorRequest, key: int, step: str) -> HttpResponse:
    """Show a step; what is sent says that it is done or waits, and leads to the next one."""
    unit, current = headed_or_404(request, key), step_or_404(step)
    if request.method != "POST":
        return show_step(request, unit, current)
    form = WordForm(request.POST)
    if not form.is_valid():
        return show_step(request, unit, current, refusal=_("Say whether this step is done or waits."))
    try:
        answer_step(unit, by=request.user, step=current, word=SetUpWord(form.cleaned_data["word"]))
    except PlanningRefused as refusal:
        return show_step(request, unit, current, refusal=refusal.sentence)
    following = read_set_up(unit).after(current)
    return redirect("set_up_step", unit.pk, following) if following else redirect("set_up_unit", unit.pk)


@audience(Role.HEAD)
@require_POST
def set_up_add(request: DoorRequest, key: int, step: str) -> HttpResponse:
    """Add what was ticked or typed, with the planning's own verbs, and stay at the step."""
    unit, current = headed_or_404(request, key), step_or_404(step)
    if current not in ADDING:
        raise Http404
    form, add = ADDING[current](request, unit)
    if form.is_valid():
        try:
            with transaction.atomic():
                added = add()
        except PlanningRefused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, ngettext("%(count)d added.", "%(count)d added.", added) % {"count": added})
            return redirect("set_up_step", unit.pk, current)
    return show_step(request, unit, current, form=form)


TEMPLATES: Mapping[SetUpStep, str] = {
    SetUpStep.HOURS: "care/set_up/_hours.html",
    SetUpStep.KINDS: "care/set_up/_kinds.html",
    SetUpStep.ROOMS: "care/set_up/_rooms.html",
    SetUpStep.AGENDAS: "care/set_up/_agendas.html",
    SetUpStep.PATTERNS: "care/set_up/_patterns.html",
    SetUpStep.LIST: "care/set_up/_list.html",
    SetUpStep.ACCOUNTS: "care/set_up/_accounts.html",
}
# The form that was sent, and what adds what it says; returns how many.
Adding = tuple[forms.Form, Callable[[], int]]


def adds_kinds(request: DoorRequest, unit: CareUnit) -> Adding:
    form = content.kinds_form(unit, request.POST)

    def add() -> int:
        chosen = [kind for kind in USUAL_KINDS if kind.key in form.cleaned_data["chosen"]]
        for kind in chosen:
            verbs.add_kind(
                request.establishment,
                by=request.user,
                unit=unit,
                name=str(kind.name),
                discipline=kind.discipline,
                default_minutes=kind.minutes,
            )
        return len(chosen)

    return form, add


def adds_rooms(request: DoorRequest, unit: CareUnit) -> Adding:
    form = content.rooms_form(unit, request.POST)

    def add() -> int:
        chosen = [str(name) for key, name in USUAL_ROOMS.items() if key in form.cleaned_data["chosen"]]
        for name in chosen:
            verbs.add_room(request.establishment, by=request.user, name=name)
        return len(chosen)

    return form, add


def adds_agenda(request: DoorRequest, unit: CareUnit) -> Adding:
    form = content.agenda_form(request, unit, request.POST)

    def add() -> int:
        verbs.add_agenda(request.establishment, by=request.user, unit=unit, **form.cleaned_data)
        return 1

    return form, add


ADDING: Mapping[SetUpStep, Callable[[DoorRequest, CareUnit], Adding]] = {
    SetUpStep.KINDS: adds_kinds,
    SetUpStep.ROOMS: adds_rooms,
    SetUpStep.AGENDAS: adds_agenda,
}


def show_step(
    request: DoorRequest, unit: CareUnit, step: SetUpStep, *, refusal: str = "", form: forms.Form | None = None
) -> HttpResponse:
    found = read_set_up(unit)
    context = {
        **progress(request, found),
        **content.content_of(request, unit, step, form),
        "step": step,
        "why": WHY[step],
        "content": TEMPLATES[step],
        "refusal": refusal,
        # To the planning's pages and back.
        "way": way_from(unit.pk, step),
        # What a head may say of it: some steps are done when they say so, the others by what is there.
        "can_say_done": found.there[step],
        "is_looked_at": step in LOOKED_AT,
    }
    is_refused = bool(refusal or (form is not None and form.errors))
    return render(request, "care/set_up/step.html", context, status=422 if is_refused else 200)


def progress(request: DoorRequest, found: SetUp) -> dict[str, Any]:
    """Return what every page of the assistant tells of how far the unit is."""
    return {
        "found": found,
        "unit": found.unit,
        "names_unit": rights_of(request).has_several_units,
        "steps": [(step, found.is_done(step), found.is_put_off(step)) for step in SetUpStep],
    }
