"""What becomes of an appointment, one click each: arrived, in consultation, seen, did not come, and back again.

Each may be asked from the appointment's own page, from the waiting room or from a list of work: it leads back
to where it was asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from access.decorators import audience
from access.enums import CARE_ROLES
from access.middleware import is_fragment
from access.requests import DoorRequest
from appointments import booking
from appointments.care.appointment.forms import CauseForm, NotComeForm, ReasonForm
from appointments.care.appointment.views import refused, show, visible
from appointments.care.fields import RevisionForm
from appointments.care.pages import back_to_day, go
from appointments.care.waiting_room.views import ROOMS, answer_room
from appointments.models import Appointment
from appointments.models.enums.appointment import NotComeReason, RefusalCause

LISTS = {"missed"}


@audience(*CARE_ROLES)
@require_POST
def arrived(request: DoorRequest, key: UUID) -> HttpResponse:
    return change(request, key, RevisionForm(request.POST), booking.arrive, changed_as="arrived")


@audience(*CARE_ROLES)
@require_POST
def started(request: DoorRequest, key: UUID) -> HttpResponse:
    return change(request, key, RevisionForm(request.POST), booking.start, changed_as="started")


@audience(*CARE_ROLES)
@require_POST
def seen(request: DoorRequest, key: UUID) -> HttpResponse:
    return change(request, key, RevisionForm(request.POST), booking.record_seen, changed_as="seen")


@audience(*CARE_ROLES)
@require_POST
def not_come(request: DoorRequest, key: UUID) -> HttpResponse:
    form = NotComeForm(request.POST, prefix="not-come")
    return change(request, key, form, booking.record_not_come, changed_as="not_come", keep="not_come_form")


@audience(*CARE_ROLES)
@require_POST
def reason(request: DoorRequest, key: UUID) -> HttpResponse:
    form = ReasonForm(request.POST, prefix="reason")
    return change(request, key, form, booking.complete_reason, changed_as="reason", keep="reason_form")


@audience(*CARE_ROLES)
@require_POST
def cause(request: DoorRequest, key: UUID) -> HttpResponse:
    """Why a confirmed refusal was one; asked with nothing chosen, that nobody has asked yet."""
    form = CauseForm(request.POST, prefix="cause")

    def tell(**values: Any) -> Appointment:
        return booking.record_cause(**{"cause": None, **values})

    return change(request, key, form, tell, changed_as="cause", keep="cause_form")


@audience(*CARE_ROLES)
@require_POST
def undo(request: DoorRequest, key: UUID) -> HttpResponse:
    return change(request, key, RevisionForm(request.POST), booking.undo, changed_as="undone")


def change(
    request: DoorRequest,
    key: UUID,
    form: forms.Form,
    verb: Callable[..., Appointment],
    *,
    changed_as: str,
    keep: str = "",
) -> HttpResponse:
    shown, sent = visible(request, key), {keep: form} if keep else {}
    if not form.is_valid():
        return show(request, shown, status=422, refusal=_("Nothing was recorded. Try again."), **sent)
    values: dict[str, Any] = {"revision": form.cleaned_data["revision"]}
    if chosen := form.cleaned_data.get("reason"):
        values["reason"] = NotComeReason(chosen)
    if why := form.cleaned_data.get("cause"):
        values["cause"] = RefusalCause(why)
    came_from = request.POST.get("from", "")
    try:
        done = verb(by=request.user, appointment=shown, **values)
    except booking.BookingRefused as refusal:
        if came_from in ROOMS and is_fragment(request):
            return answer_room(request, came_from, refusal=refusal, about=visible(request, key))
        return refused(request, key, refusal, **sent)
    if came_from in ROOMS:
        return answer_room(request, came_from, about=done)
    if came_from in LISTS:
        return go(request, f"{reverse(came_from)}?changed={done.pk}")
    return back_to_day(request, done, changed_as=changed_as)
