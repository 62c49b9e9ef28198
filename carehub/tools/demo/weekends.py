"""Nurses work on Saturdays and Sundays too: whoever tries the demonstration finds people called on any day.

Written after the simulation, which is of working days: the half-year of figures stays as it was.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta

from access.models import Establishment, User
from appointments.arithmetic.recurrence import Rhythm
from appointments.arithmetic.timegrid import local_midnights
from appointments.booking.placing import new_appointment
from appointments.booking.seats import Seat
from appointments.models import Agenda, Appointment, ConsultationSession, Detainee, Kind, SessionPattern
from appointments.models.enums.planning import Discipline, SessionMode

SATURDAY, SUNDAY = 5, 6
# Saturday morning is held by the half-day in flexible order (planning.SHARED).
AFTERNOON = (time(13, 45), time(16, 45))
HALF_DAYS = ((SUNDAY, time(8, 30), time(11, 30)), (SATURDAY, *AFTERNOON), (SUNDAY, *AFTERNOON))
KIND, SLOT = "Soin infirmier", timedelta(minutes=10)
# How far ahead people are booked; of three slots two are taken.
BOOKED_AHEAD = timedelta(days=9)
EVERY_FREE = 3
# Not neighbours on the list.
STEP = 5


def write_patterns(establishment: Establishment, *, first: date) -> None:
    """Write the half-days of the nurses' weekend, from this week on."""
    for weekday, start, end in HALF_DAYS:
        SessionPattern.objects.create(
            establishment=establishment,
            agenda=nurses(establishment),
            rule=Rhythm(frozenset({weekday})).rule,
            first=first,
            start=start,
            end=end,
            slot_minutes=int(SLOT.total_seconds()) // 60,
        )


def book(establishment: Establishment, *, today: date, by: User) -> None:
    """Book people into the weekend's sessions of today and of the days to come."""
    kind = Kind.objects.filter(establishment=establishment, name=KIND).order_by("pk")[0]
    start, _end = local_midnights(today, establishment.zone)
    sessions = ConsultationSession.objects.filter(
        agenda=nurses(establishment), mode=SessionMode.FIXED, starts_at__gte=start, starts_at__lt=start + BOOKED_AHEAD
    )
    for session in sessions.select_related("agenda__establishment").order_by("starts_at"):
        if establishment.day_of(session.starts_at).weekday() >= SATURDAY:
            fill(session, kind=kind, by=by, today=today)


def fill(session: ConsultationSession, *, kind: Kind, by: User, today: date) -> None:
    place = session.agenda.establishment
    day = place.day_of(session.starts_at)
    times = [at for number, at in enumerate(slots_of(session)) if (number + 1) % EVERY_FREE]
    start, end = local_midnights(day, place.zone)
    there = Appointment.objects.holding().filter(establishment=place, starts_at__gte=start, starts_at__lt=end)
    people = Detainee.objects.filter(establishment=place).present().exclude(pk__in=there.values("detainee"))
    first = session.starts_at.hour
    chosen = people.order_by("register_number")[first : first + len(times) * STEP : STEP]
    for person, at in zip(chosen, times, strict=False):
        seat = Seat(session, at, at + SLOT, shares_time=False)
        key = uuid.uuid5(uuid.NAMESPACE_OID, f"{person.pk} {at:%s}")
        row = new_appointment(seat, person=person, kind=kind, by=by, id=key)
        if day == today and row.movement is not None:
            # Booked on the days before: today's list has held the line since the morning.
            row.movement.visible_from, row.movement.is_added = None, False
            row.movement.save(update_fields=["visible_from", "is_added"])
        row.save(force_insert=True)


def slots_of(session: ConsultationSession) -> list[datetime]:
    number = int((session.ends_at - session.starts_at) / SLOT)
    return [session.starts_at + step * SLOT for step in range(number)]


def nurses(establishment: Establishment) -> Agenda:
    return Agenda.objects.filter(establishment=establishment, discipline=Discipline.NURSING).order_by("position")[0]
