"""A practitioner's own agenda as iCalendar: sessions and appointments, never a name or a register number."""

from __future__ import annotations

from datetime import UTC, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Event

from access.feeds import new_calendar, new_event
from appointments.models import Agenda, Appointment, ConsultationSession

BACK, AHEAD = timedelta(days=14), timedelta(weeks=12)


def agenda_calendar(agenda: Agenda) -> bytes:
    """Return two past and twelve coming weeks of `agenda`; a telephone may be lost, so nobody is named."""
    now = timezone.now()
    calendar = new_calendar(f"CareHub {agenda.name}", product="agenda")
    sessions = ConsultationSession.objects.filter(agenda=agenda, ends_at__gt=now - BACK, starts_at__lt=now + AHEAD)
    for session in sessions.order_by("starts_at", "id"):
        calendar.add_component(timed_event(f"session-{session.pk}", session, _("Session"), is_busy=False))
    appointments = Appointment.objects.holding().filter(
        agenda=agenda, ends_at__gt=now - BACK, starts_at__lt=now + AHEAD
    )
    for appointment in appointments.select_related("kind").order_by("starts_at", "id"):
        calendar.add_component(timed_event(str(appointment.pk), appointment, appointment.kind.name, is_busy=True))
    return bytes(calendar.to_ical())


def timed_event(key: str, row: Appointment | ConsultationSession, summary: str, *, is_busy: bool) -> Event:
    """Return one event (RFC 5545) in UTC; DTSTAMP is the present, as for a calendar without revisions."""
    stamp = timezone.now().astimezone(UTC).replace(microsecond=0)
    event = new_event(key, summary, stamp=stamp, start=row.starts_at.astimezone(UTC), is_busy=is_busy)
    event.add("dtend", row.ends_at.astimezone(UTC))
    return event
