"""The page of whoever gives the second word: accounts that wait for it, emergency accesses to judge, who is named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from access import second_words
from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Role, Verb
from access.models import Custodian, SecondWord
from access.requests import DoorRequest
from access.second_words import SecondRefused, said_together, ticked
from appointments import emergency
from appointments.care.second_person.forms import CustodianForm, WordForm
from appointments.care.waiting import waiting_of
from appointments.emergency import EmergencyRefused
from appointments.models import EmergencyAccess
from appointments.rights import Rights, rights_of

SHOWN = 100


def require_second(request: DoorRequest) -> None:
    """Raise Http404 for whoever gives no second word here: the page is not there for them."""
    if not waiting_of(request).gives:
        raise Http404


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def second_person(request: DoorRequest) -> HttpResponse:
    """What waits and what was answered; the head names a colleague."""
    require_second(request)
    if request.method != "POST":
        return show(request)
    if request.membership.role != Role.HEAD:
        raise Http404
    form = CustodianForm(request.POST, colleagues=list(second_words.colleagues_to_name(request.establishment)))
    if form.is_valid():
        user = form.cleaned_data["user"]
        try:
            second_words.name_custodian(request.establishment, by=request.user, user=user)
        except SecondRefused as refusal:
            form.add_error("user", refusal.sentence)
        else:
            messages.success(request, _("%(name)s now gives the second word beside you.") % {"name": user})
            return redirect("second_person")
    return show(request, form, status=422)


def show(request: DoorRequest, form: CustodianForm | None = None, *, status: int = 200) -> HttpResponse:
    here, leads = request.establishment, request.membership.role == Role.HEAD
    if form is None and leads:
        form = CustodianForm(colleagues=list(second_words.colleagues_to_name(here)))
    waiting = list(emergency.to_judge(rights_of(request))[:SHOWN])
    record(by=request.user, verb=Verb.READ, target=EmergencyAccess, establishment=here)
    context = {
        "form": form,
        "leads": leads,
        **second_words.waiting_together(here, by=request.user),
        "answered": answered_lately(rights_of(request))[:SHOWN],
        "accesses": waiting,
        "custodians": list(second_words.custodians_at(here)),
        "now": timezone.now(),
        "zone": here.zone,
    }
    return render(request, "care/second_person/second_person.html", context, status=status)


@dataclass(frozen=True)
class Answered:
    """A word that was given, or an emergency access that was judged, and when."""

    at: datetime
    word: SecondWord | None = None
    access: EmergencyAccess | None = None


def answered_lately(rights: Rights) -> list[Answered]:
    told = second_words.answered_at(rights.establishment)
    words = [Answered(word.answered_at or word.asked_at, word=word) for word in told]
    judged = emergency.last_of(rights)[:SHOWN]
    accesses = [Answered(access.word_at or access.began_at, access=access) for access in judged]
    return sorted([*words, *accesses], key=lambda each: each.at, reverse=True)


@audience(*CARE_ROLES)
@require_POST
def word(request: DoorRequest, key: int) -> HttpResponse:
    """Confirm or refuse what an administrator asked for."""
    require_second(request)
    form, asked = WordForm(request.POST), second_words.words_at(request.establishment).filter(pk=key).first()
    if asked is None:
        raise Http404
    if not form.is_valid():
        raise BadRequest
    try:
        second_words.answer(asked, by=request.user, is_confirmed=form.is_confirmed)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return show(request, status=409)
    messages.success(request, _("Done. It holds from now on.") if form.is_confirmed else _("Refused. Nothing changes."))
    return redirect("second_person")


@audience(*CARE_ROLES)
@require_POST
def words_together(request: DoorRequest) -> HttpResponse:
    """Confirm or refuse several accounts of one import."""
    require_second(request)
    form, keys = WordForm(request.POST), ticked(request.POST.getlist("words"))
    if not form.is_valid():
        raise BadRequest
    is_confirmed = form.is_confirmed
    try:
        number = second_words.answer_together(request.establishment, keys, by=request.user, is_confirmed=is_confirmed)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return show(request, status=409)
    messages.success(request, said_together(number, is_confirmed=is_confirmed))
    return redirect("second_person")


@audience(*CARE_ROLES)
@require_POST
def judged(request: DoorRequest, key: UUID) -> HttpResponse:
    """Say whether an emergency access was justified."""
    require_second(request)
    form = WordForm(request.POST)
    if not emergency_here(request, key):
        raise Http404
    if not form.is_valid():
        raise BadRequest
    try:
        emergency.judge(request.establishment, by=request.user, key=key, is_confirmed=form.is_confirmed)
    except EmergencyRefused as refusal:
        messages.error(request, refusal.sentence)
        return show(request, status=409)
    messages.success(
        request, _("Noted: justified.") if form.is_confirmed else _("Noted: not justified. Its taker is told.")
    )
    return redirect("second_person")


def emergency_here(request: DoorRequest, key: UUID) -> bool:
    return emergency.accesses_of(rights_of(request)).filter(pk=key).exists()


@audience(Role.HEAD)
@require_POST
def named_end(request: DoorRequest, key: int) -> HttpResponse:
    if not Custodian.objects.filter(establishment=request.establishment, pk=key, ended_at__isnull=True).exists():
        raise Http404
    second_words.end_custodian(request.establishment, by=request.user, key=key)
    messages.success(request, _("Ended. They give no second word any more."))
    return redirect("second_person")
