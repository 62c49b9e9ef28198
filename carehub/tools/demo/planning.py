"""The invented units' planning: weekly patterns, rooms, a flexible half-day, a group, an absence, a closure."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from access.models import Establishment, User
from appointments.arithmetic.recurrence import Rhythm
from appointments.arithmetic.timegrid import at_local, time_of
from appointments.booking.placing import new_appointment
from appointments.booking.seats import take_seat
from appointments.models import (
    Absence,
    Agenda,
    AgendaHours,
    Appointment,
    Closure,
    ConsultationSession,
    Detainee,
    Kind,
    Room,
    SessionPattern,
)
from appointments.models.enums.planning import AbsenceReason, ClosureReason, Discipline, SessionMode
from appointments.planning import extend_establishment
from carehub.tools.demo import weekends
from carehub.tools.demo.days import Calendar
from carehub.tools.demo.diary import DiarySession
from carehub.tools.demo.sites import REMAND, Diary, Site

ROOMS = {
    Discipline.NURSING: "Salle de soins",
    Discipline.PSYCHOLOGY: "Bureau des psychologues",
    Discipline.DENTISTRY: "Cabinet dentaire",
    Discipline.PHYSIOTHERAPY: "Salle de kinésithérapie",
}
SATURDAY, FRIDAY = 5, 4
# Who books what is booked beside the simulation.
NURSES = {"MA-DEMO": "infirmiere", "CD-DEMO": "infirmiere.cd"}
# The half-day and the group: (discipline, weekday, from, to, mode, places, overbooking, kind, how many are booked).
SHARED = (
    (Discipline.NURSING, SATURDAY, time(8, 30), time(11), SessionMode.FLEXIBLE, 12, 2, "Soin infirmier", 7),
    (
        Discipline.PHYSIOTHERAPY,
        FRIDAY,
        time(9, 15),
        time(10, 15),
        SessionMode.GROUP,
        6,
        1,
        "Séance de kinésithérapie",
        4,
    ),
)
# Patterns that are not held every week are counted from a week in which they are.
WEEKS_OF_PAST = 8
NOON = 13 * 60
AWAY_IN, CLOSED_IN = timedelta(weeks=2), timedelta(weeks=6)


def write_patterns(
    site: Site,
    calendar: Calendar,
    establishment: Establishment,
    agendas: dict[str, Agenda],
    sessions: Iterable[DiarySession],
) -> dict[DiarySession, SessionPattern]:
    """Write the rooms and the patterns of the unit's week; return which one each session comes from."""
    rooms = {name: Room.objects.create(establishment=establishment, name=name) for name in sorted(_rooms_of(site))}
    patterns: dict[tuple[str, tuple[int, int], int], SessionPattern] = {}
    for diary in site.diaries:
        write_possible(establishment, agendas[diary.name], diary)
        weekdays: dict[tuple[tuple[int, int], int], set[int]] = defaultdict(set)
        for opening in diary.openings:
            weekdays[opening.hours, opening.every].add(opening.weekday)
        for (hours, every), days in sorted(weekdays.items()):
            patterns[diary.name, hours, every] = SessionPattern.objects.create(
                establishment=establishment,
                agenda=agendas[diary.name],
                rule=Rhythm(frozenset(days), every=every).rule,
                first=calendar.first - timedelta(weeks=WEEKS_OF_PAST),
                start=time_of(hours[0]),
                end=time_of(hours[1]),
                slot_minutes=diary.slot_minutes,
                room=rooms.get(ROOMS.get(diary.discipline, "")),
            )
    return {
        session: patterns[session.diary.name, (session.starts, session.ends), _every(session.diary, session)]
        for session in sessions
    }


def write_possible(establishment: Establishment, agenda: Agenda, diary: Diary) -> None:
    """Say on which half-days the agenda could be held; whoever has no other days stays where they are."""
    held = {2 * opening.weekday + (opening.hours[0] >= NOON) for opening in diary.openings}
    could = {2 * weekday + after for weekday in diary.could_come for after in (0, 1)}
    AgendaHours.objects.create(
        establishment=establishment,
        agenda=agenda,
        half_days=sorted(could or held),
        every=max(opening.every for opening in diary.openings),
        may_move=bool(could),
    )


def write_what_is_to_come(site: Site, calendar: Calendar, establishment: Establishment, users: dict[str, User]) -> None:
    if site is REMAND:
        for discipline, weekday, start, end, mode, places, overbooking, _kind, _booked in SHARED:
            _write_shared(establishment, calendar, discipline, weekday, (start, end), mode, places, overbooking)
        _write_days_off(establishment, calendar, by=users["cheffe"])
    weekends.write_patterns(establishment, first=calendar.monday)
    extend_establishment(establishment)
    weekends.book(establishment, today=calendar.today, by=users[NURSES[site.code]])
    if site is REMAND:
        for discipline, *_pattern, kind, booked in SHARED:
            _book_into_next(establishment, discipline, kind, by=users["infirmiere"], number=booked)


def _write_shared(
    establishment: Establishment,
    calendar: Calendar,
    discipline: Discipline,
    weekday: int,
    hours: tuple[time, time],
    mode: SessionMode,
    places: int,
    overbooking: int,
) -> None:
    SessionPattern.objects.create(
        establishment=establishment,
        agenda=Agenda.objects.filter(establishment=establishment, discipline=discipline).order_by("position")[0],
        rule=Rhythm(frozenset({weekday})).rule,
        first=calendar.today,
        start=hours[0],
        end=hours[1],
        mode=mode,
        capacity=places,
        overbooking=overbooking,
        room=Room.objects.filter(establishment=establishment, name=ROOMS[discipline]).first(),
    )


def _write_days_off(establishment: Establishment, calendar: Calendar, *, by: User) -> None:
    """Somebody is away while people are booked, for the head to decide; and a team afternoon further away."""
    away = Agenda.objects.filter(establishment=establishment, discipline=Discipline.PSYCHOLOGY).order_by("-position")[0]
    monday, closed = calendar.monday + AWAY_IN, calendar.monday + CLOSED_IN + timedelta(days=1)
    Absence.objects.create(
        establishment=establishment,
        agenda=away,
        starts_at=_instant(establishment, monday, time.min),
        ends_at=_instant(establishment, monday + timedelta(days=7), time.min),
        reason=AbsenceReason.LEAVE,
        noted_by=by,
    )
    Closure.objects.create(
        establishment=establishment,
        starts_at=_instant(establishment, closed, time(13, 30)),
        ends_at=_instant(establishment, closed, time(17, 30)),
        reason=ClosureReason.TEAM,
        noted_by=by,
    )


def _book_into_next(establishment: Establishment, discipline: Discipline, name: str, *, by: User, number: int) -> None:
    """Book people who have nothing else on that day, in the order of their numbers."""
    session = (
        ConsultationSession.objects.filter(agenda__establishment=establishment, agenda__discipline=discipline)
        .filter(starts_at__gt=timezone.now())
        .exclude(mode=SessionMode.FIXED)
        .select_related("agenda__establishment")
        .order_by("starts_at")[0]
    )
    day = session.starts_at.date()
    there = Appointment.objects.holding().filter(establishment=establishment, starts_at__date=day).values("detainee")
    people = (
        Detainee.objects.filter(establishment=establishment).present().exclude(pk__in=there).order_by("register_number")
    )
    kind = Kind.objects.get(establishment=establishment, name=name)
    # Not neighbours on the list: every seventh person.
    for person in people[: number * 7 : 7]:
        seat = take_seat(session.agenda, person=person, starts_at=session.starts_at, length=kind.length)
        # The same key for everybody on one day, like all that is invented.
        key = uuid.uuid5(uuid.NAMESPACE_OID, f"{person.pk} {session.starts_at:%s}")
        row = new_appointment(seat, person=person, kind=kind, by=by, id=key)
        row.save(force_insert=True)


def _rooms_of(site: Site) -> set[str]:
    return {ROOMS[diary.discipline] for diary in site.diaries if diary.discipline in ROOMS}


def _every(diary: Diary, session: DiarySession) -> int:
    hours = (session.starts, session.ends)
    return next(
        opening.every
        for opening in diary.openings
        if opening.hours == hours and opening.weekday == session.day.weekday()
    )


def _instant(establishment: Establishment, day: date, at: time) -> datetime:
    return at_local(day, at, establishment.zone)
