"""Writes one invented establishment to the database in bulk, through the same gate to the movements as a booking."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.utils import timezone

from access.models import Building, Establishment, User
from appointments.arithmetic.timegrid import at_local, time_of, wave_for
from appointments.courier.reference import bring_reference, establishments_of
from appointments.models import (
    Agenda,
    Appointment,
    AppointmentChange,
    ArrivalTime,
    CareUnit,
    ConsultationSession,
    Detainee,
    Kind,
    Movement,
    PublicationTime,
    RegistryImport,
    SessionPattern,
)
from appointments.models.enums.appointment import CancelReason, ChangeKind, Status
from appointments.projection import Schedule
from carehub.tools.demo import cast
from carehub.tools.demo.days import Calendar
from carehub.tools.demo.diary import DiarySession
from carehub.tools.demo.lists import Lists
from carehub.tools.demo.people import Person
from carehub.tools.demo.present import cause_of, marks_of, who_said_what
from carehub.tools.demo.simulation import URGENT_LEAD, Outcome, Visit
from carehub.tools.demo.sites import ARRIVAL_TIMES, BROUGHT_AT_MOST, CONSULTATIONS, Site

BATCH = 1000
# Older movements are forgotten (projection.purge): the prison side never sees more than yesterday.
DAYS_OF_MOVEMENTS = 2
LIST_ARRIVES_AT = time(7, 15)
KNOWN_ABSENT_AT = 7 * 60 + 45


@dataclass(frozen=True)
class Frame:
    """What stands before anybody is booked."""

    establishment: Establishment
    buildings: dict[str, Building]
    agendas: dict[str, Agenda]
    kinds: dict[str, Kind]
    users: dict[str, User]

    def instant(self, day: date, minute: int) -> datetime:
        """Return the instant at which the establishment's clocks show `minute` of `day`."""
        return at_local(day, time_of(minute), self.establishment.zone)


def write_frame(site: Site, calendar: Calendar, users: dict[str, User]) -> Frame:
    place = Establishment.objects.create(code=site.code, name=site.name, prison=cast.prison())
    ArrivalTime.objects.bulk_create(
        ArrivalTime(establishment=place, at=at, most_people=BROUGHT_AT_MOST) for at in ARRIVAL_TIMES
    )
    PublicationTime.objects.bulk_create(
        PublicationTime(establishment=place, at=at, since=calendar.opens) for at in site.publications
    )
    [unit] = CareUnit.objects.filter(establishment=place)
    buildings = Building.objects.bulk_create(Building(establishment=place, name=wing.name) for wing in site.wings)
    agendas = Agenda.objects.bulk_create(
        Agenda(
            establishment=place,
            unit=unit,
            name=diary.name,
            discipline=diary.discipline,
            position=position,
            owner=users.get(cast.OWNERS.get(diary.name, "")),
        )
        for position, diary in enumerate(site.diaries)
    )
    held = {diary.discipline for diary in site.diaries}
    kinds = Kind.objects.bulk_create(
        Kind(establishment=place, unit=unit, name=each.name, discipline=each.discipline, default_minutes=each.minutes)
        for each in CONSULTATIONS
        if each.discipline in held
    )
    # Officers' accounts refer to the establishment and its buildings, of which their database has a copy.
    bring_reference(place.prison, establishments_of(place.prison))
    cast.give_roles(place, users, since=calendar.opens)
    return Frame(
        establishment=place,
        buildings={building.name: building for building in buildings},
        agendas={agenda.name: agenda for agenda in agendas},
        kinds={kind.name: kind for kind in kinds},
        users=users,
    )


def detainee_of(person: Person, establishment: Establishment, buildings: dict[str, Building]) -> Detainee:
    """Return the row of an invented person, as the prison's own list spells it; it is not saved."""
    row = Detainee(
        id=person.key,
        establishment=establishment,
        register_number=person.number,
        last_name=person.last_name.upper(),
        first_name=person.first_name,
        birth_date=person.birth_date,
        building=None if person.left_on else buildings[person.wing],
        cell="" if person.left_on else person.cell,
        arrived_on=person.arrived_on,
        released_on=person.left_on,
    )
    row.fill_search_text()
    return row


def write_people(frame: Frame, people: Iterable[Person]) -> dict[Person, Detainee]:
    rows = {person: detainee_of(person, frame.establishment, frame.buildings) for person in people}
    Detainee.objects.bulk_create(rows.values(), batch_size=BATCH)
    return rows


def write_sessions(
    frame: Frame, sessions: Iterable[DiarySession], patterns: dict[DiarySession, SessionPattern]
) -> dict[DiarySession, ConsultationSession]:
    rows = {
        session: ConsultationSession(
            establishment=frame.establishment,
            agenda=frame.agendas[session.diary.name],
            starts_at=frame.instant(session.day, session.starts),
            ends_at=frame.instant(session.day, session.ends),
            slot_minutes=session.diary.slot_minutes,
            pattern=patterns[session],
            pattern_day=session.day,
            room=patterns[session].room,
        )
        for session in sessions
    }
    ConsultationSession.objects.bulk_create(rows.values(), batch_size=BATCH)
    return rows


def write_appointments(
    frame: Frame,
    outcome: Outcome,
    people: dict[Person, Detainee],
    sessions: dict[DiarySession, ConsultationSession],
    *,
    today: date,
) -> None:
    """Write the appointments, and the movements of those which the prison side still may see."""
    shown = {visit.key for visit in outcome.visits}
    rows = [
        _appointment(frame, visit, people[visit.person], sessions[visit.session], today=today, shown=shown)
        for visit in outcome.visits
    ]
    since = frame.instant(today - timedelta(days=DAYS_OF_MOVEMENTS), 0)
    lists = Lists(Schedule.of(frame.establishment), since)
    Movement.objects.bulk_create(lists.movements(rows), batch_size=BATCH)
    Appointment.objects.bulk_create(rows, batch_size=BATCH)
    _date_bookings(frame, outcome.visits)
    write_cancellations(frame, outcome.visits)


def write_cancellations(frame: Frame, visits: Iterable[Visit]) -> None:
    """Write when each visit was cancelled and by whom: what officers saw go follows from it (neutrality.batches)."""
    changes = []
    for visit in visits:
        if visit.cancelled_on is None:
            continue
        who = cast.bookers(frame.establishment, frame.users, visit.consultation.discipline)
        by = who[visit.key.int % len(who)]
        changes.append(
            AppointmentChange(
                establishment=frame.establishment,
                appointment_id=visit.key,
                revision=2,
                what=ChangeKind.CANCELLED,
                before={"status": Status.BOOKED, "cancel_reason": ""},
                after={"status": Status.CANCELLED, "cancel_reason": visit.cancel_reason},
                by_id=by.pk,
                by_name=str(by),
                at=_not_later_than_now(frame.instant(visit.cancelled_on, cancelled_at(visit))),
            )
        )
    AppointmentChange.objects.bulk_create(changes, batch_size=BATCH)


def cancelled_at(visit: Visit) -> int:
    """Return the minute of the day: a practitioner who does not come is known of at a quarter to eight."""
    if visit.cancel_reason == CancelReason.UNIT_ABSENT:
        return KNOWN_ABSENT_AT
    minute = 8 * 60 + visit.key.int % 540
    return min(minute, visit.starts - 1) if visit.cancelled_on == visit.session.day else minute


def write_imports(frame: Frame, outcome: Outcome) -> None:
    """Write the morning's nominal list of each working day as already imported."""
    importers = cast.bookers(frame.establishment, frame.users, CONSULTATIONS[0].discipline)
    rows = RegistryImport.objects.bulk_create(
        RegistryImport(
            establishment=frame.establishment,
            applied_by=importers[0],
            file_digest=hashlib.sha256(f"{frame.establishment.code} {day}".encode()).hexdigest(),
            new=len(changes.arrived),
            moved=len(changes.moved),
            released=len(changes.left),
            unchanged=changes.unchanged,
        )
        for day, changes in outcome.days.items()
    )
    minute = LIST_ARRIVES_AT.hour * 60 + LIST_ARRIVES_AT.minute
    times = [_not_later_than_now(frame.instant(day, minute)) for day in outcome.days]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE appointments_registryimport r SET applied_at = v.at"
            " FROM unnest(%s::bigint[], %s::timestamptz[]) AS v (id, at) WHERE r.id = v.id",
            [[row.pk for row in rows], times],
        )


def _appointment(
    frame: Frame, visit: Visit, person: Detainee, session: ConsultationSession, *, today: date, shown: set[uuid.UUID]
) -> Appointment:
    starts_at = frame.instant(visit.session.day, visit.starts)
    who = cast.bookers(frame.establishment, frame.users, visit.consultation.discipline)
    words = who_said_what(visit.not_come_reason, visit.key, days_ago=(today - visit.session.day).days)
    called_at = wave_for(starts_at, ARRIVAL_TIMES, frame.establishment.zone)
    length = timedelta(minutes=visit.consultation.minutes)
    marks = marks_of(visit.key, called_at, starts_at, length) if visit.status == Status.SEEN else {}
    follows = visit.follows.key if visit.follows is not None and visit.follows.key in shown else None
    # Written in bulk, past and outcome included: no verb of booking may write what is over.
    return Appointment(
        id=visit.key,
        establishment=frame.establishment,
        agenda=session.agenda,
        session=session,
        detainee=person,
        kind=frame.kinds[visit.consultation.name],
        called_at=called_at,
        starts_at=starts_at,
        ends_at=starts_at + length,
        status=visit.status,
        cancel_reason=visit.cancel_reason or "",
        not_come_declared=words.declared,
        not_come_reason=words.verified,
        refusal_cause=cause_of(words, visit.key),
        called_from=None if visit.session.day >= today else frame.buildings[visit.person.wing],
        **marks,
        follows_id=follows,
        booked_by=who[visit.key.int % len(who)],
        revision=1 if visit.status == Status.BOOKED else 2,
    )


def _date_bookings(frame: Frame, visits: Iterable[Visit]) -> None:
    """Give each booking the moment at which it was asked for; the model itself would write the present one."""
    keys, times = [], []
    for visit in visits:
        minute = visit.starts - URGENT_LEAD if visit.is_urgent else 8 * 60 + visit.key.int % 540
        keys.append(visit.key)
        times.append(_not_later_than_now(frame.instant(visit.asked_on, minute)))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE appointments_appointment a SET booked_at = v.at"
            " FROM unnest(%s::uuid[], %s::timestamptz[]) AS v (id, at) WHERE a.id = v.id",
            [keys, times],
        )


def _not_later_than_now(instant: datetime) -> datetime:
    return min(instant, timezone.now())
