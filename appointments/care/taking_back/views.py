"""What somebody did to several people in one step: line by line, and one button that takes all of it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from access.audit import record
from access.decorators import audience
from access.enums import CARE_ROLES, Verb
from access.requests import DoorRequest
from appointments import booking, stranded
from appointments.care.history import Difference, differences, names_of
from appointments.care.taking_back.links import instant_from
from appointments.models import Appointment, AppointmentChange, KeptAppointment, Question
from appointments.models.enums.request import QuestionDecision
from appointments.registry import questions
from appointments.rights import appointments_visible_to, rights_of


@dataclass(frozen=True)
class StepLine:
    """What became of one appointment."""

    appointment: Appointment
    what: str
    differences: list[Difference]


@dataclass(frozen=True)
class StepDone:
    at: datetime
    changes: list[AppointmentChange]
    kept: list[KeptAppointment]
    decided: list[Question]

    @property
    def is_anything(self) -> bool:
        return bool(self.changes or self.kept or self.decided)


@audience(*CARE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: DoorRequest, instant: int) -> HttpResponse:
    """Only one's own step, and only what nobody has taken back yet; 404 when nothing of it is left."""
    found = read_step(request, instant_from(instant))
    record(by=request.user, verb=Verb.READ, target=Appointment, establishment=request.establishment)
    if not found.is_anything:
        raise Http404
    if request.method != "POST":
        return show(request, found)
    return take_back_questions(request, found) if found.decided else take_back_all(request, found)


def read_step(request: DoorRequest, at: datetime) -> StepDone:
    by, establishment = request.user, request.establishment
    seen = appointments_visible_to(rights_of(request))
    changes = booking.done_in_step(by=by, establishment=establishment, at=at)
    visible = set(seen.filter(pk__in=[one.appointment_id for one in changes]).values_list("pk", flat=True))
    related = ("appointment__detainee", "appointment__agenda__establishment", "appointment__kind")
    mine = {"establishment": establishment, "appointment__in": seen.values("pk")}
    words = KeptAppointment.objects.filter(**mine, kept_by=by, kept_at=at).select_related(*related)
    decided = Question.objects.filter(**mine, decided_by=by, decided_at=at).exclude(decision="")
    return StepDone(
        at,
        changes=[one for one in changes if one.appointment_id in visible],
        kept=list({one.appointment_id: one for one in words}.values()),
        decided=list(decided.select_related(*related).order_by("pk")),
    )


def take_back_all(request: DoorRequest, found: StepDone) -> HttpResponse:
    try:
        number = stranded.undo_step(by=request.user, establishment=request.establishment, at=found.at)
    except booking.BookingRefused as refusal:
        return show(request, found, refusals=[sentence_of(refusal)])
    say_taken_back(request, number)
    return redirect(way_back(request, found))


def take_back_questions(request: DoorRequest, found: StepDone) -> HttpResponse:
    """Take back one by one, as it was decided, so that one refusal does not hold up the others."""
    refusals, number = [], 0
    for question in found.decided:
        try:
            questions.take_back(by=request.user, question=question, at=found.at)
            number += 1
        except booking.BookingRefused as refusal:
            refusal.person = question.appointment.detainee
            refusals.append(sentence_of(refusal))
    if number:
        say_taken_back(request, number)
    if refusals:
        return show(request, read_step(request, found.at), refusals=refusals)
    return redirect("decisions")


def sentence_of(refusal: booking.BookingRefused) -> str:
    if refusal.person is None:
        return refusal.sentence
    return _("%(name)s: %(sentence)s") % {"name": refusal.person.display_name, "sentence": refusal.sentence}


def say_taken_back(request: DoorRequest, number: int) -> None:
    said = ngettext("%(number)s appointment is as it was before.", "%(number)s appointments are as before.", number)
    messages.success(request, said % {"number": number})


def way_back(request: DoorRequest, found: StepDone) -> str:
    """Return where it can be decided anew: where a practitioner is missing, or the day of the first appointment."""
    touched = [*(one.appointment_id for one in found.changes), *(one.appointment_id for one in found.kept)]
    rows = appointments_visible_to(rights_of(request)).filter(pk__in=touched)
    if stranded.to_decide(rows, request.establishment).exists():
        return reverse("stranded")
    first = found.changes[0].appointment.starts_at if found.changes else found.at
    return reverse("day", args=[request.establishment.day_of(first).isoformat()])


def show(request: DoorRequest, found: StepDone, *, refusals: list[str] | None = None) -> HttpResponse:
    context = {
        "step": found,
        "lines": lines_of_step(request, found),
        "refusals": refusals or [],
        "is_today": request.establishment.day_of(found.at) == request.establishment.today(),
        "zone": request.establishment.zone,
    }
    return render(request, "care/taking_back/step.html", context, status=409 if refusals else 200)


def lines_of_step(request: DoorRequest, found: StepDone) -> list[StepLine]:
    names, zone = names_of(found.changes), request.establishment.zone
    changed = {
        one.appointment_id: StepLine(one.appointment, one.get_what_display(), differences(one, names, zone))
        for one in found.changes
    }
    stays = str(QuestionDecision.KEEP.label)
    kept = {one.appointment_id: StepLine(one.appointment, stays, []) for one in found.kept}
    decided = {one.appointment_id: StepLine(one.appointment, one.get_decision_display(), []) for one in found.decided}
    return [*(kept | decided | changed).values()]
