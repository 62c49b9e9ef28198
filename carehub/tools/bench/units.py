"""Builds health units of a wanted size for the bench, in a database that holds nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from access.databases import database_for
from access.enums import Role, Side
from access.models import Building, Establishment, Membership, User
from access.policy import give
from appointments.arithmetic.timegrid import at_local
from appointments.courier import rounds
from appointments.courier.reference import bring_reference, establishments_of
from appointments.models import Agenda, Appointment, ArrivalTime, CareUnit, ConsultationSession, Detainee, Kind
from appointments.models.enums.appointment import Status
from appointments.models.enums.planning import Discipline
from appointments.projection import call, expected_at
from appointments.rights import LEAD_UNIT

AGENDAS = 8
OPENS, SLOTS, SLOT = time(8), 72, timedelta(minutes=10)
ARRIVAL_TIMES = (time(8), time(9), time(10), time(11), time(14), time(15), time(16))
PEOPLE = 600


@dataclass(frozen=True)
class HealthUnit:
    """One establishment with its people, and somebody at each door who sees everything of it."""

    establishment: Establishment
    agendas: list[Agenda]
    kind: Kind
    people: list[Detainee]
    head: User
    officer: User

    @property
    def today(self) -> date:
        return self.establishment.today()


def health_unit(code: str, *, today: int = 0, before: int = 0) -> HealthUnit:
    """Create a unit with `today` appointments on the present day and `before` on the days before it."""
    unit = empty_unit(code)
    fill(unit, unit.today, today)
    day = unit.today
    while before > 0:
        day -= timedelta(days=1)
        fill(unit, day, min(before, AGENDAS * SLOTS))
        before -= AGENDAS * SLOTS
    rounds.go(unit.establishment.prison)
    return unit


def empty_unit(code: str, *, people: int = PEOPLE) -> HealthUnit:
    establishment = Establishment.objects.create(code=code, name=f"Bench {code}")
    ArrivalTime.objects.bulk_create(ArrivalTime(establishment=establishment, at=at) for at in ARRIVAL_TIMES)
    buildings = Building.objects.bulk_create(Building(establishment=establishment, name=name) for name in "ABC")
    [unit] = CareUnit.objects.filter(establishment=establishment)
    agendas = Agenda.objects.bulk_create(
        Agenda(
            establishment=establishment,
            unit=unit,
            name=f"Practitioner {number}",
            discipline=Discipline.GENERAL,
            position=number,
        )
        for number in range(AGENDAS)
    )
    kind = Kind.objects.create(
        establishment=establishment, unit=unit, name="Consultation", discipline=Discipline.GENERAL, default_minutes=10
    )
    held = [
        Detainee(
            establishment=establishment,
            building=buildings[number % len(buildings)],
            cell=f"{number % 200:03d}",
            register_number=f"{number:06d}",
            last_name=f"Person {number:05d}",
            first_name="Bench",
        )
        for number in range(people)
    ]
    for person in held:
        person.fill_search_text()
    Detainee.objects.bulk_create(held)
    # Officers' accounts refer to the establishment, of which their database has a copy.
    bring_reference(establishment.prison, establishments_of(establishment.prison))
    head = member(establishment, Side.CARE, Role.HEAD)
    officer = member(establishment, Side.PRISON, Role.SENIOR_OFFICER)
    give(head, LEAD_UNIT, establishment)
    give(officer, "view_all_movements", establishment)
    return HealthUnit(establishment, agendas, kind, held, head, officer)


def member(establishment: Establishment, side: Side, role: Role) -> User:
    """Create somebody with a role; nobody signs in with a password here."""
    user = User(
        username=f"{establishment.code}-{role}",
        full_name=f"{establishment.code} {role}",
        side=side,
        must_change_password=False,
        second_factor_since=timezone.now(),
    )
    user.set_unusable_password()
    database = database_for(side, establishment)
    user.save(using=database)
    Membership.objects.using(database).create(
        user_id=user.pk, establishment_id=establishment.pk, side=side, role=role, valid_from=date(2020, 1, 1)
    )
    return user


def open_day(unit: HealthUnit, day: date) -> list[ConsultationSession]:
    """Open every agenda for twelve hours of `day`."""
    opens = at_local(day, OPENS, unit.establishment.zone)
    return ConsultationSession.objects.bulk_create(
        ConsultationSession(
            establishment=unit.establishment,
            agenda=agenda,
            starts_at=opens,
            ends_at=opens + SLOTS * SLOT,
            slot_minutes=SLOT.seconds // 60,
        )
        for agenda in unit.agendas
    )


def fill(unit: HealthUnit, day: date, count: int) -> None:
    sessions = open_day(unit, day)
    rows = []
    for number in range(count):
        session, slot = sessions[number % AGENDAS], number // AGENDAS
        rows.append(appointment(unit, session, unit.people[number % len(unit.people)], session.starts_at + slot * SLOT))
    Appointment.objects.bulk_create(rows)


def appointment(unit: HealthUnit, session: ConsultationSession, person: Detainee, starts_at: datetime) -> Appointment:
    """Return an unsaved appointment; one of today has its movement.

    Written in bulk, those of the past as seen: no verb of booking writes what is over.
    """
    row = Appointment(
        establishment=unit.establishment,
        agenda=session.agenda,
        session=session,
        detainee=person,
        kind=unit.kind,
        starts_at=starts_at,
        ends_at=starts_at + SLOT,
        called_at=expected_at(starts_at, unit.establishment),
        status=Status.BOOKED if unit.establishment.day_of(starts_at) == unit.today else Status.SEEN,
    )
    if row.status == Status.BOOKED:
        call(row, at=row.called_at)
    return row
