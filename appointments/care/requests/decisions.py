"""To decide: appointments that the nominal list puts in question. Each is kept, cancelled or sent back to the queue."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.requests import DoorRequest
from appointments import booking
from appointments.care.requests.forms import QuestionForm
from appointments.care.taking_back.links import say_done
from appointments.models import Question
from appointments.models.enums.appointment import CancelReason
from appointments.models.enums.request import QuestionDecision
from appointments.registry.questions import decide
from appointments.requests.queue import open_questions
from appointments.rights import rights_of

SHOWN = 200
# What a tick says: which question, and which state of its appointment was seen.
TICK = re.compile(r"([0-9a-f-]{36})\|(\d{1,9})")


@dataclass(frozen=True)
class NotSettled:
    question: Question
    sentence: str


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def decisions(request: DoorRequest) -> HttpResponse:
    if request.method != "POST":
        record(by=request.user, verb=Verb.READ, target=Question, establishment=request.establishment)
        return show(request, QuestionForm(), status=200)
    form = QuestionForm(request.POST)
    ticked = ticks(request)
    if not form.is_valid() or not ticked:
        return show(request, form, status=422, refusal=_("Tick at least one appointment and choose what to do."))
    with booking.in_one_step() as at:
        refused, number = decide_all(request, form, ticked)
    if number:
        said = ngettext("%(number)s appointment settled.", "%(number)s appointments settled.", number)
        say_done(request, said % {"number": number}, at=at)
    if refused:
        return show(request, form, status=422, refused=refused, ticked=ticked)
    return redirect("decisions")


def ticks(request: DoorRequest) -> dict[UUID, int]:
    """Return the questions that were ticked, each with the revision of its appointment that was seen."""
    found = {}
    for text in request.POST.getlist("question"):
        if tick := TICK.fullmatch(text):
            try:
                found[UUID(tick[1])] = int(tick[2])
            except ValueError:
                continue
    return found


def decide_all(request: DoorRequest, form: QuestionForm, ticked: dict[UUID, int]) -> tuple[list[NotSettled], int]:
    """Decide one by one, so that one refusal does not hold up the others."""
    refused, number = [], 0
    chosen = QuestionDecision(form.cleaned_data["decision"])
    reason = CancelReason(form.cleaned_data["reason"] or CancelReason.MOVED_AWAY)
    rows = open_questions(rights_of(request)).filter(pk__in=list(ticked))
    for question in rows.select_related("appointment__agenda__establishment", "appointment__detainee").order_by("pk"):
        try:
            decide(by=request.user, question=question, revision=ticked[question.pk], decision=chosen, reason=reason)
            number += 1
        except booking.BookingRefused as refusal:
            refused.append(NotSettled(question, refusal.sentence))
    return refused, number


def show(
    request: DoorRequest,
    form: QuestionForm,
    *,
    status: int,
    refusal: str = "",
    refused: list[NotSettled] | None = None,
    ticked: dict[UUID, int] | None = None,
) -> HttpResponse:
    rows = open_questions(rights_of(request))
    related = ("appointment__agenda", "appointment__kind", "detainee__building")
    found = list(
        rows.select_related(*related).order_by(
            "detainee__last_name", "detainee__first_name", "detainee__id", "appointment__starts_at", "id"
        )[:SHOWN]
    )
    context = {
        "questions": found,
        "total": rows.count(),
        "bookable": rights_of(request).bookable_keys,
        "form": form,
        "refusal": refusal,
        "refused": refused or [],
        "ticked": set(ticked or ()),
        "zone": request.establishment.zone,
    }
    return render(request, "care/requests/decisions.html", context, status=status)
