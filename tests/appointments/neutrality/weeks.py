"""Past consultations with known counts, for the tests of the neutrality measures."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from access.models import Establishment
from appointments.models import Agenda, Appointment, ConsultationSession, Detainee, Kind
from appointments.models.enums.appointment import Status
from appointments.projection import call, expected_at
from tests.factories import DetaineeFactory

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = range(5)


def past_day(establishment: Establishment, weekday: int, *, weeks_ago: int = 1) -> date:
    """The `weekday` of the week that lies `weeks_ago` before this one: always before today."""
    today = timezone.localdate(timezone=establishment.zone)
    return today - timedelta(days=today.weekday() + 7 * weeks_ago - weekday)


def people(establishment: Establishment, number: int) -> list[Detainee]:
    """So many people in one building."""
    first = DetaineeFactory(establishment=establishment)
    return [
        first,
        *(DetaineeFactory(establishment=establishment, building=first.building) for _ in range(number - 1)),
    ]


def open_day(agenda: Agenda, day: date) -> ConsultationSession:
    """The whole of `day`."""
    zone = agenda.establishment.zone
    found = ConsultationSession.objects.filter(
        agenda=agenda, starts_at=datetime.combine(day, time(8), tzinfo=zone)
    ).first()
    return found or ConsultationSession.objects.create(
        establishment=agenda.establishment,
        agenda=agenda,
        starts_at=datetime.combine(day, time(8), tzinfo=zone),
        ends_at=datetime.combine(day, time(19), tzinfo=zone),
    )


def called(
    person: Detainee, kind: Kind, agenda: Agenda, day: date, at: str, *, status: Status = Status.SEEN, **fields: str
) -> Appointment:
    """One consultation of a minute, written without the booking rules; only one to come has a movement."""
    starts_at = datetime.combine(day, time.fromisoformat(at), tzinfo=agenda.establishment.zone)
    row = Appointment(
        establishment=agenda.establishment,
        agenda=agenda,
        session=open_day(agenda, day),
        detainee=person,
        kind=kind,
        called_at=expected_at(starts_at, agenda.establishment),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=1),
        status=status,
        **fields,
    )
    if status == Status.BOOKED or (starts_at > timezone.now() and status != Status.CANCELLED):
        call(row, at=row.called_at)
    row.save(force_insert=True)
    return row
