"""An appointment that care takes back leaves a request behind: its own, or a new one for the same kind."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import F
from django.utils import timezone

from access.models import User
from appointments.models import Appointment, Request
from appointments.models.enums.request import Closing, Priority, RequestStatus, Source
from appointments.requests.entering import usual_priority


def wait_again(appointment: Appointment, *, by: User, since: date | None = None, is_sorted: bool = True) -> None:
    """Make sure that a request waits once `appointment` is cancelled: its own with all its dates, or a new one.

    A new one was received on `since`, today when nobody says; one that is not sorted stands among those to sort. It
    rests on the appointment for a moment: the cancellation sends it back as it does any other. The caller holds the
    person.
    """
    if Request.objects.filter(appointment=appointment).exists():
        return
    establishment = appointment.agenda.establishment
    today = establishment.today()
    received, due = since or today, max(today, establishment.day_of(appointment.starts_at))
    Request.objects.create(
        establishment_id=appointment.establishment_id,
        unit_id=appointment.agenda.unit_id,
        detainee_id=appointment.detainee_id,
        kind_id=appointment.kind_id,
        source=Source.SENT_BACK,
        priority=max(Priority.SOON, usual_priority((due - today).days)),
        received_on=received,
        last_asked_on=received,
        due_on=due,
        status=RequestStatus.PLANNED,
        appointment=appointment,
        entered_by=by,
        triaged_by=by if is_sorted else None,
        triaged_at=timezone.now() if is_sorted else None,
    )


def wait_no_more(appointments: Iterable[Appointment], *, by: User, since: datetime) -> None:
    """Close what `wait_again` had entered since then for `appointments`, which stand again. Their people are held."""
    entered = Request.objects.filter(
        appointment__in=[one.pk for one in appointments], source=Source.SENT_BACK, entered_by=by, entered_at__gte=since
    )
    entered.filter(status=RequestStatus.PLANNED).update(
        status=RequestStatus.CLOSED, closing=Closing.MISTAKE, appointment=None, revision=F("revision") + 1
    )


def release(appointments: Iterable[Appointment]) -> None:
    """Let what rests on `appointments` wait again as if they had never been booked. Their people are held."""
    resting = Request.objects.filter(appointment__in=[one.pk for one in appointments], status=RequestStatus.PLANNED)
    resting.update(status=RequestStatus.OPEN, appointment=None, returned_from=None, revision=F("revision") + 1)
