"""One fact: noting it in a few seconds, reading it with its former states, correcting and withdrawing it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.refusal import Refused
from access.requests import DoorRequest
from appointments.care.obstruction.forms import CorrectForm, FactForm, SeriousForm, WithdrawForm
from appointments.care.obstruction.unit_views import log_unit_of, unit_choice
from appointments.care.obstruction.views import lines_of, report_url
from appointments.models import Obstruction
from appointments.obstruction.log import correct_fact, note_fact, set_serious, withdraw_fact
from appointments.obstruction.sentences import counted_sentence, sentence_of
from appointments.rights import get_visible_or_404, obstructions_visible_to, rights_of

MINE_SHOWN = 5


def visible(request: DoorRequest, key: UUID) -> Obstruction:
    """Return the fact, or raise Http404: who reads the log sees all, other carers what they noted."""
    mine = obstructions_visible_to(rights_of(request)).with_names()
    return get_visible_or_404(mine.select_related("establishment", "changed_by", "withdrawn_by"), key)


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def note(request: DoorRequest) -> HttpResponse:
    """Any carer notes what they saw."""
    rights = rights_of(request)
    form = FactForm(request.POST if request.method == "POST" else None, rights=rights)
    if form.is_valid():
        try:
            noted = note_fact(
                by=request.user,
                establishment=request.establishment,
                unit=log_unit_of(request),
                token=form.cleaned_data["token"],
                detainee=form.cleaned_data["who"],
                **form.values,
            )
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, noted_words(reads=rights.reads_obstruction))
            return redirect("obstruction_fact", key=noted.pk)
    mine = obstructions_visible_to(rights).filter(recorded_by=request.user).with_names()
    person = form.person_with(form["person"].value())
    context = {
        "form": form,
        "person": person,
        "words": form.words,
        "people": [] if person or not form.errors else form.likeliest(form.words),
        "lines": lines_of(mine.order_by("-recorded_at")[:MINE_SHOWN], reads=rights.reads_obstruction),
        "reads": rights.reads_obstruction,
        **unit_choice(request),
    }
    return render(request, "care/obstruction/note.html", context, status=422 if form.errors else 200)


def noted_words(*, reads: bool) -> str:
    if reads:
        return _("Noted. It stands in the log of obstructed care.")
    return _("Noted. The head of unit finds it in the log of obstructed care.")


@audience(*CARE_ROLES)
@require_safe
def fact(request: DoorRequest, key: UUID) -> HttpResponse:
    shown = visible(request, key)
    record(by=request.user, verb=Verb.READ, target=shown, establishment=request.establishment)
    return show(request, shown)


def show(request: DoorRequest, shown: Obstruction, *, status: int = 200, **more: Any) -> HttpResponse:
    reads = rights_of(request).reads_obstruction
    context = {
        "fact": shown,
        "sentence": sentence_of(shown),
        "counted": counted_sentence(shown) if shown.is_counted else "",
        "past": [{"was": Obstruction(**fields_of(each.was)), "until": each.replaced_at} for each in shown.past.all()],
        "report_url": report_url(shown) if reads else "",
        "withdraw_form": WithdrawForm(initial={"revision": shown.revision}),
        "reads": reads,
        "zone": request.establishment.zone,
        **more,
    }
    return render(request, "care/obstruction/fact.html", context, status=status)


def out_of_date() -> str:
    """Say what to do to who sends a form that does not tell which state of the fact they have read."""
    return _("Somebody else changed this fact meanwhile. Look at it again first.")


def fields_of(was: dict[str, Any]) -> dict[str, Any]:
    """Return what a former state said, without whom it points to: the page asks for nobody's row again."""
    names = ("kind", "half_day", "cause", "facts", "affected", "expected", "minutes", "is_serious", "source")
    return {name: was[name] for name in names}


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: DoorRequest, key: UUID) -> HttpResponse:
    shown = visible(request, key)
    if shown.is_counted or shown.is_withdrawn:
        return show(request, shown, status=409, refusal=_("A counted or withdrawn fact is not corrected by hand."))
    form = CorrectForm(request.POST if request.method == "POST" else None, rights=rights_of(request), fact=shown)
    if form.is_valid():
        revision = form.cleaned_data["revision"]
        try:
            correct_fact(by=request.user, fact=shown, revision=revision, **form.values)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Corrected. What it said before is kept."))
            return redirect("obstruction_fact", key=key)
    context = {"form": form, "fact": shown}
    return render(request, "care/obstruction/correct.html", context, status=422 if form.errors else 200)


@audience(*CARE_ROLES)
@require_POST
def withdraw(request: DoorRequest, key: UUID) -> HttpResponse:
    shown = visible(request, key)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        if form.has_error("revision"):
            form.add_error(None, out_of_date())
        return show(request, shown, status=422, withdraw_form=form)
    data = form.cleaned_data
    try:
        withdraw_fact(by=request.user, fact=shown, revision=data["revision"], reason=data["reason"])
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return show(request, shown, status=409, withdraw_form=form)
    messages.success(request, _("Withdrawn. It stays readable and counts no longer."))
    return redirect("obstruction_fact", key=key)


@audience(*CARE_ROLES)
@require_POST
def serious(request: DoorRequest, key: UUID) -> HttpResponse:
    shown = visible(request, key)
    form = SeriousForm(request.POST)
    if not form.is_valid():
        return show(request, shown, status=422, refusal=out_of_date())
    data = form.cleaned_data
    try:
        set_serious(by=request.user, fact=shown, revision=data["revision"], is_serious=data["is_serious"])
    except Refused as refusal:
        return show(request, shown, status=409, refusal=refusal.sentence)
    return redirect("obstruction_fact", key=key)
