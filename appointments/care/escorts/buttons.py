"""What is done about one hospital escort, a button each: confirm, announce the departure, close, cancel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from access.decorators import audience
from access.enums import CARE_ROLES
from access.refusal import Refused
from access.requests import DoorRequest
from appointments import escorts as verbs
from appointments.care.escorts.forms import CancelEscortForm
from appointments.care.escorts.views import show, visible
from appointments.care.fields import RevisionForm
from appointments.models import Escort
from appointments.models.enums.appointment import RefusalCause
from appointments.models.enums.escort import EscortCancelReason


@audience(*CARE_ROLES)
@require_POST
def escort_confirm(request: DoorRequest, key: UUID) -> HttpResponse:
    return act(request, key, verbs.confirm, said=_("Confirmed."))


@audience(*CARE_ROLES)
@require_POST
def escort_depart(request: DoorRequest, key: UUID) -> HttpResponse:
    """The escort leaves: the person is called to the health unit now."""
    return act(request, key, verbs.announce_departure, said=_("The person is called to the health unit now."))


@audience(*CARE_ROLES)
@require_POST
def escort_take_back(request: DoorRequest, key: UUID) -> HttpResponse:
    return act(request, key, verbs.take_back_departure, said=_("The departure is taken back."))


@audience(*CARE_ROLES)
@require_POST
def escort_done(request: DoorRequest, key: UUID) -> HttpResponse:
    return act(request, key, verbs.record_done, said=_("Recorded as done."))


@audience(*CARE_ROLES)
@require_POST
def escort_cancel(request: DoorRequest, key: UUID) -> HttpResponse:
    return give_reason(
        request, key, verbs.cancel_escort, said=_("Cancelled."), wrong=_("The escort was not cancelled.")
    )


@audience(*CARE_ROLES)
@require_POST
def escort_correct(request: DoorRequest, key: UUID) -> HttpResponse:
    """Say anew by whom and why it was cancelled; the former word stays in its history."""
    wrong = _("Nothing was changed. Look at the escort again.")
    return give_reason(request, key, verbs.correct_cancellation, said=_("Recorded."), wrong=wrong)


def give_reason(request: DoorRequest, key: UUID, verb: Callable[..., Escort], *, said: str, wrong: str) -> HttpResponse:
    shown = visible(request, key)
    form = CancelEscortForm(request.POST)
    if not form.is_valid():
        return show(request, shown, status=422, cancel_form=form, refusal=wrong)
    reason, cause = EscortCancelReason(form.cleaned_data["reason"]), form.cleaned_data["cause"]
    values = {"reason": reason, "cause": RefusalCause(cause) if cause else None}
    return act(request, key, verb, said=said, **values)


def act(request: DoorRequest, key: UUID, verb: Callable[..., Escort], *, said: str, **values: Any) -> HttpResponse:
    shown = visible(request, key)
    form = RevisionForm(request.POST)
    if not form.is_valid():
        return show(request, shown, status=422, refusal=_("Nothing was changed. Look at the escort again."))
    try:
        verb(by=request.user, escort=shown, revision=form.cleaned_data["revision"], **values)
    except Refused as refusal:
        status = 409 if refusal.code == "changed" else 422
        return show(request, visible(request, key), status=status, refusal=refusal.sentence)
    messages.success(request, said)
    return redirect("escort", key=key)
