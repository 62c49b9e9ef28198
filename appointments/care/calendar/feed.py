"""A practitioner's own agenda as iCalendar: sessions and appointments, never a name or a register number."""

from __future__ import annotations

from datetime import UTC, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from appointments.models import Agenda, Appointment, ConsultationSession

BACK, AHEAD = timedelta(days=14), timedelta(weeks=12)


def agenda_calendar(agenda: Agenda) -> bytes:
    """Return two past and twelve coming weeks of `agenda`; a telephone may be lost, so nobody is named."""
    now = timezone.now()
    calendar = Calendar()
    calendar.add("prodid", "-//CareHub//agenda//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"CareHub {agenda.name}")
    sessions = ConsultationSession.objects.filter(agenda=agenda, ends_at__gt=now - BACK, starts_at__lt=now + AHEAD)
    for session in sessions.order_by("starts_at", "id"):
        calendar.add_component(as_event(f"session-{session.pk}", session, _("Session"), transparent=True))
    appointments = Appointment.objects.holding().filter(
        agenda=agenda, ends_at__gt=now - BACK, starts_at__lt=now + AHEAD
    )
    for appointment in appointments.select_related("kind").order_by("starts_at", "id"):
        calendar.add_component(as_event(str(appointment.pk), appointment, appointment.kind.name, transparent=False))
    return bytes(calendar.to_ical())


def as_event(uid: str, row: Appointment | ConsultationSession, summary: str, *, transparent: bool) -> Event:
    """Return one event (RFC 5545) in UTC; DTSTAMP is the present, as for a calendar without revisions."""
    event = Event()
    event.add("uid", f"{uid}@carehub.invalid")
    event.add("dtstamp", timezone.now().astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", row.starts_at.astimezone(UTC))
    event.add("dtend", row.ends_at.astimezone(UTC))
    event.add("summary", summary)
    event.add("transp", "TRANSPARENT" if transparent else "OPAQUE")
    return event
