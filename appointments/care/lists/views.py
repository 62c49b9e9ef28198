"""What waits to be published on the officers' lists, letting it out now, and what officers see of an appointment."""

from __future__ import annotations

from datetime import date, datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from access.decorators import audience
from access.requests import DoorRequest
from appointments.care.lists.officers_side import in_words, officers_side, schedule_of
from appointments.care.pages import day_from
from appointments.models import Appointment, Movement
from appointments.models.enums.appointment import Status
from appointments.planning.publishing import PUBLISHERS, NothingToPublish, batches, publish_now
from appointments.projection import Schedule, Waiting, waiting_changes


@audience(*PUBLISHERS)
@require_safe
def lists(request: DoorRequest) -> HttpResponse:
    return show_lists(request)


def show_lists(request: DoorRequest, *, refusal: str = "") -> HttpResponse:
    context = {
        "batches": batches(schedule_of(request)),
        "refusal": refusal,
        "zone": request.establishment.zone,
        "officers_side": officers_side(request),
    }
    return render(request, "care/lists/lists.html", context, status=422 if refusal else 200)


@audience(*PUBLISHERS)
@require_POST
def lists_publish(request: DoorRequest, day: str) -> HttpResponse:
    try:
        changed = publish_now(request.establishment, by=request.user, day=day_from(day))
    except NothingToPublish as refusal:
        return show_lists(request, refusal=refusal.sentence)
    if officers_side(request).is_late:
        sentence = ngettext(
            "Published: %(count)d change goes out as soon as the officers’ side is reached again. Print the lists.",
            "Published: %(count)d changes go out as soon as the officers’ side is reached again. Print the lists.",
            changed,
        )
        messages.warning(request, sentence % {"count": changed})
        return redirect("lists")
    sentence = ngettext(
        "Published. Officers see %(count)d change.", "Published. Officers see %(count)d changes.", changed
    )
    messages.success(request, sentence % {"count": changed})
    return redirect("lists")


def waiting_on(request: DoorRequest, day: date) -> Waiting | None:
    """Return what waits on the list of `day`, for those who may publish; None when nothing does. Two queries."""
    if request.membership is None or request.membership.role not in PUBLISHERS:
        return None
    return waiting_changes(schedule_of(request)).get(day) or None


def what_officers_see(request: DoorRequest, appointment: Appointment) -> str:
    """Say in a sentence when officers see what was just done; nothing where lists are open all the time."""
    schedule, at = schedule_of(request), appointment.called_at
    if schedule.is_continuous(at) or at <= schedule.now:
        return ""
    number = appointment.detainee.register_number
    line = (
        appointment.movement
        or Movement.objects.filter(establishment=request.establishment, register_number=number, expected_at=at).first()
    )
    if appointment.status == Status.BOOKED and line is not None:
        return _of_a_call(line, schedule)
    return _of_a_cancellation(line, schedule) if appointment.status == Status.CANCELLED else ""


def _of_a_call(line: Movement, schedule: Schedule) -> str:
    if line.visible_from is not None and not schedule.shows(line):
        return _("On the officers’ list from %(when)s.") % {"when": _said(line.visible_from, schedule)}
    if line.restored_from is not None and schedule.shows_as_withdrawn(line):
        return _("The officers’ list still shows this call as withdrawn, until %(when)s.") % {
            "when": _said(line.restored_from, schedule)
        }
    return _("On the officers’ list now.")


def _of_a_cancellation(line: Movement | None, schedule: Schedule) -> str:
    if line is None or not schedule.shows(line):
        return _("Officers had not seen the call: nothing shows.")
    if line.withdrawn_from is None or line.restored_from is not None:
        return _("The person is still called then, for another appointment.")
    if schedule.shows_as_withdrawn(line):
        return _("The officers’ list shows the call as withdrawn.")
    if line.withdrawn_from <= line.expected_at:
        return _("The officers’ list shows the call as withdrawn from %(when)s.") % {
            "when": _said(line.withdrawn_from, schedule)
        }
    return _("No list goes out before the call: officers will still bring the person, unless you publish now.")


def _said(instant: datetime, schedule: Schedule) -> str:
    return in_words(instant, schedule.establishment, now=schedule.now)
