"""What waits to be published on the officers' lists, letting it out now, and what officers see of an appointment."""

from __future__ import annotations

from datetime import date, datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from access.decorators import audience
from access.requests import DoorRequest, once
from appointments.models import Appointment, Movement
from appointments.models.enums.appointment import Status
from appointments.planning.publishing import PUBLISHERS, NothingToPublish, batches, publish_now
from appointments.projection import Schedule, Waiting, waiting_changes


@audience(*PUBLISHERS)
@require_safe
def lists(request: DoorRequest) -> HttpResponse:
    return show_lists(request)


def show_lists(request: DoorRequest, *, refusal: str = "") -> HttpResponse:
    context = {"batches": batches(request.establishment), "refusal": refusal, "zone": request.establishment.zone}
    return render(request, "care/lists/lists.html", context, status=422 if refusal else 200)


@audience(*PUBLISHERS)
@require_POST
def lists_publish(request: DoorRequest, day: str) -> HttpResponse:
    try:
        changed = publish_now(request.establishment, by=request.user, day=date.fromisoformat(day))
    except ValueError as error:
        raise Http404 from error
    except NothingToPublish as refusal:
        return show_lists(request, refusal=refusal.sentence)
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


def schedule_of(request: DoorRequest) -> Schedule:
    """Return when the lists go out, read once for a page."""
    return once(request, Schedule, lambda: Schedule.of(request.establishment))


def what_officers_see(request: DoorRequest, appointment: Appointment) -> str:
    """Say in a sentence when officers see what was just done; nothing where lists are open all the time."""
    schedule, at = schedule_of(request), appointment.called_at
    if schedule.is_continuous(at) or at <= schedule.now:
        return ""
    number = appointment.detainee.register_number
    line = Movement.objects.filter(establishment=request.establishment, register_number=number, expected_at=at).first()
    if appointment.status == Status.BOOKED and line is not None:
        return _of_a_call(line, schedule)
    return _of_a_cancellation(line, schedule) if appointment.status == Status.CANCELLED else ""


def _of_a_call(line: Movement, schedule: Schedule) -> str:
    if line.visible_from is not None and not schedule.shows(line):
        return _("On the officers’ list from %(when)s.") % {"when": state_in_words(line.visible_from, schedule)}
    if line.restored_from is not None and schedule.shows_as_withdrawn(line):
        return _("The officers’ list still shows this call as withdrawn, until %(when)s.") % {
            "when": state_in_words(line.restored_from, schedule)
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
            "when": state_in_words(line.withdrawn_from, schedule)
        }
    return _("No list goes out before the call: officers will still bring the person, unless you publish now.")


def state_in_words(instant: datetime, schedule: Schedule) -> str:
    """Return an instant as somebody says it: the hour, with the day when it is another one."""
    local = instant.astimezone(schedule.grid.zone)
    return f"{local:%H:%M}" if local.date() == schedule.today else date_format(local, "l j F, H:i")
