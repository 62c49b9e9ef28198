"""A second care unit of the large establishment: psychiatric care of another hospital, with its head and its nurse.

Written last, beside a house that is complete without it: what the first unit shows stays what it was, and its head sees
nothing of this one.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, time, timedelta
from itertools import islice

from django.db.models import F

from access.policy import give
from appointments.arithmetic.recurrence import Rhythm
from appointments.arithmetic.timegrid import at_local, wave_for
from appointments.booking.placing import new_appointment
from appointments.booking.seats import Seat
from appointments.models import (
    Agenda,
    Appointment,
    CareUnit,
    ConsultationSession,
    Detainee,
    Kind,
    Request,
    SessionPattern,
)
from appointments.models.enums.appointment import NotComeReason, Status
from appointments.models.enums.planning import Discipline
from appointments.models.enums.request import Priority, Source
from appointments.obstruction.log import count_again
from appointments.obstruction.reports.preferences import change_letterhead
from appointments.planning import extend_establishment, open_unit, rename_unit
from appointments.rights import BOOK_AGENDA, HEAD_UNIT, LEAD_UNIT, VIEW_AGENDA
from carehub.tools.demo.cast import SECOND_HEAD, SECOND_NURSE
from carehub.tools.demo.days import Calendar, is_working_day
from carehub.tools.demo.rows import Frame
from carehub.tools.demo.sites import ARRIVAL_TIMES

FIRST, SECOND = "USMP (CH de Ville-Inventée)", "SMPR (CHS des Ormes)"
LETTERHEAD = {
    "hospital": "Centre hospitalier spécialisé des Ormes (inventé)",
    "unit": "Service médico-psychologique régional",
    "address": "12 allée des Ormes",
    "town": "Ville-Inventée",
    "signatory": "Dr Simone Lacaze",
    "capacity": "Cheffe du service médico-psychologique régional",
}
# (agenda, discipline, kind, minutes, weekdays, begins)
WEEK = (
    ("Dr Lacaze (SMPR)", Discipline.PSYCHIATRY, "Consultation du SMPR", 30, (1, 3), time(9)),
    ("Infirmiers du SMPR", Discipline.NURSING, "Entretien infirmier du SMPR", 20, (0, 2, 4), time(14)),
)
HOURS, WEEKS_BACK, WEEKS_AHEAD, A_SESSION = 2, 8, 2, 3
DAYS_BEFORE = 9
# Keys are derived, so that two loads of one day agree.
DERIVED = uuid.UUID("5b1f0d0a-6f6e-4f0e-9b76-5a4b8c1a7e11")


def write_second_unit(frame: Frame, calendar: Calendar) -> None:
    """Open it, give it its people, a past of some weeks, appointments to come, and a queue."""
    place, head = frame.establishment, frame.users[SECOND_HEAD]
    [first] = CareUnit.objects.filter(establishment=place)
    open_unit(place, name=SECOND)
    rename_unit(first, name=FIRST)
    unit = CareUnit.objects.get(establishment=place, name=SECOND)
    give(head, LEAD_UNIT, place)
    give(head, HEAD_UNIT, unit)
    change_letterhead(by=head, care_unit=unit, **LETTERHEAD)
    people = candidates(place.pk, calendar)
    for position, (name, discipline, kind_name, minutes, weekdays, start) in enumerate(WEEK, 100):
        agenda = Agenda.objects.create(
            establishment=place, unit=unit, name=name, discipline=discipline, position=position
        )
        kind = Kind.objects.create(
            establishment=place, unit=unit, name=kind_name, discipline=discipline, default_minutes=minutes
        )
        for right in (VIEW_AGENDA, BOOK_AGENDA):
            give(frame.users[SECOND_NURSE], right, agenda)
        pattern = write_pattern(frame, agenda, weekdays, start, minutes, calendar)
        write_past(frame, pattern, kind, people, calendar)
    extend_establishment(place)
    book_to_come(frame, unit, people, calendar)
    write_queue(frame, unit, people, calendar)
    # Earlier days are the first unit's alone, and counted already.
    count_again(place, calendar.monday - timedelta(weeks=WEEKS_BACK), calendar.today)


def candidates(place: int, calendar: Calendar) -> Iterator[Detainee]:
    """Give people who have been here since before what is written, each once: nobody is doubled by these visits."""
    since = calendar.monday - timedelta(weeks=WEEKS_BACK)
    here = Detainee.objects.filter(establishment=place, arrived_on__lt=since).present().select_related("building")
    return iter(here.filter(joined_into=None).order_by("-register_number"))


def write_pattern(
    frame: Frame, agenda: Agenda, weekdays: tuple[int, ...], start: time, minutes: int, calendar: Calendar
) -> SessionPattern:
    return SessionPattern.objects.create(
        establishment=frame.establishment,
        agenda=agenda,
        rule=Rhythm(frozenset(weekdays)).rule,
        first=calendar.monday - timedelta(weeks=WEEKS_BACK),
        start=start,
        end=time(start.hour + HOURS),
        slot_minutes=minutes,
    )


def write_past(
    frame: Frame, pattern: SessionPattern, kind: Kind, people: Iterator[Detainee], calendar: Calendar
) -> None:
    """Write the sessions of the last weeks and who was seen in them; every seventh did not come."""
    place = frame.establishment
    for day in days_of(pattern, calendar):
        session = ConsultationSession.objects.create(
            establishment=place,
            agenda=pattern.agenda,
            starts_at=at_local(day, pattern.start, place.zone),
            ends_at=at_local(day, pattern.end, place.zone),
            slot_minutes=pattern.slot_minutes,
            pattern=pattern,
            pattern_day=day,
        )
        for number, person in enumerate(free_on(session, people)):
            missed = (day.toordinal() + number) % 7 == 0
            starts_at = session.starts_at + number * kind.length
            Appointment.objects.create(
                id=uuid.uuid5(DERIVED, f"{person.pk} {starts_at:%s}"),
                establishment=place,
                agenda=session.agenda,
                session=session,
                detainee=person,
                kind=kind,
                called_at=wave_for(starts_at, ARRIVAL_TIMES, place.zone),
                called_from=person.building,
                starts_at=starts_at,
                ends_at=starts_at + kind.length,
                status=Status.NOT_COME if missed else Status.SEEN,
                not_come_reason=NotComeReason.NO_REASON if missed else "",
                booked_by=frame.users[SECOND_NURSE],
                revision=2,
            )
    theirs = Appointment.objects.filter(agenda=pattern.agenda)
    theirs.update(booked_at=F("starts_at") - timedelta(days=DAYS_BEFORE))


def days_of(pattern: SessionPattern, calendar: Calendar) -> Iterator[date]:
    weekdays = next(days for name, *_rest, days, _start in WEEK if name == pattern.agenda.name)
    days = (pattern.first + timedelta(days=number) for number in range((calendar.today - pattern.first).days))
    return (day for day in days if day.weekday() in weekdays and is_working_day(day))


def free_on(session: ConsultationSession, people: Iterator[Detainee]) -> Iterator[Detainee]:
    """Give the next people who have nothing else on the day of a session."""
    there = Appointment.objects.filter(
        establishment=session.establishment,
        starts_at__gt=session.starts_at - timedelta(hours=10),
        starts_at__lt=session.starts_at + timedelta(hours=10),
    )
    taken = set(there.values_list("detainee", flat=True))
    return islice((person for person in people if person.pk not in taken), A_SESSION)


def book_to_come(frame: Frame, unit: CareUnit, people: Iterator[Detainee], calendar: Calendar) -> None:
    start = at_local(calendar.today + timedelta(days=1), time.min, frame.establishment.zone)
    sessions = ConsultationSession.objects.filter(
        agenda__unit=unit, starts_at__gte=start, starts_at__lt=start + timedelta(weeks=WEEKS_AHEAD)
    )
    kinds = {kind.discipline: kind for kind in Kind.objects.filter(unit=unit)}
    for session in sessions.select_related("agenda__establishment").order_by("starts_at", "agenda__position"):
        kind = kinds[session.agenda.discipline]
        for number, person in enumerate(free_on(session, people)):
            starts_at = session.starts_at + number * kind.length
            seat = Seat(session, starts_at, starts_at + kind.length, shares_time=False)
            key = uuid.uuid5(DERIVED, f"{person.pk} {starts_at:%s}")
            new_appointment(seat, person=person, kind=kind, by=frame.users[SECOND_NURSE], id=key).save(
                force_insert=True
            )


def write_queue(frame: Frame, unit: CareUnit, people: Iterator[Detainee], calendar: Calendar) -> None:
    """Four letters: two sorted, two of today that are still to be."""
    for number, person in enumerate(islice(people, 4)):
        received = calendar.today - timedelta(days=3 * number)
        Request.objects.create(
            id=uuid.uuid5(DERIVED, f"letter {person.pk}"),
            establishment=frame.establishment,
            unit=unit,
            detainee=person,
            discipline=Discipline.PSYCHIATRY if number > 1 else "",
            source=Source.LETTER,
            priority=Priority.ROUTINE,
            received_on=received,
            last_asked_on=received,
            due_on=received + timedelta(days=14),
            entered_by=frame.users[SECOND_NURSE],
        )
