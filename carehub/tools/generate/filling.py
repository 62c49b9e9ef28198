"""Writes generated establishments, one after the other: each is whole once it is committed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.utils import timezone

from access.models import Building, Establishment, User
from appointments.arithmetic.recurrence import Rhythm
from appointments.arithmetic.timegrid import at_local, time_of
from appointments.courier import rounds
from appointments.courier.reference import bring_reference, establishments_of
from appointments.models import (
    Agenda,
    ArrivalTime,
    CareUnit,
    Detainee,
    Kind,
    PublicationTime,
    SessionPattern,
)
from carehub.tools.demo.sites import ARRIVAL_TIMES, BROUGHT_AT_MOST
from carehub.tools.generate import accounts, rows
from carehub.tools.generate.houses import PRACTICES, House, Years, house
from carehub.tools.generate.visits import Life

# Plans made while a table was small are kept by the session: it learns the sizes anew after so many houses.
LEARNS_AFTER = frozenset(2**power for power in range(12))


@dataclass(frozen=True)
class Filled:
    """How far the filling has got."""

    houses: int
    of: int
    appointments: int
    seconds: float

    @property
    def seconds_left(self) -> float:
        return self.seconds / self.houses * (self.of - self.houses)


def is_empty() -> bool:
    """Whether neither side holds an establishment or an account."""
    sides = (DEFAULT_DB_ALIAS, *settings.CAREHUB_PRISONS)
    return not any(model.objects.using(side).exists() for side in sides for model in (Establishment, User))


def expected_appointments(establishments: int, years: float, seed: int) -> int:
    """Return about how many appointments will be written."""
    houses = (house(number + 1, seed) for number in range(establishments))
    return round(sum(each.appointments_a_day for each in houses) * 255 * years)


def fill(establishments: int, years: float, seed: int, *, say: Callable[[Filled], None], after: int = 0) -> int:
    """Write houses beside the `after` that stand already; return how many appointments they have.

    What was committed stays when it is interrupted.
    """
    began, written, encoded = time.monotonic(), 0, accounts.encoded_password()
    for number in range(after + 1, after + establishments + 1):
        with transaction.atomic(), transaction.atomic(using=settings.CAREHUB_PRISONS[0]):
            written += write_house(house(number, seed), years, encoded=encoded, is_first=number == 1)
        if number in LEARNS_AFTER:
            learn_sizes()
        say(Filled(number - after, establishments, written, time.monotonic() - began))
    learn_sizes()
    for name in settings.CAREHUB_PRISONS:
        rounds.go(name)
    return written


def learn_sizes() -> None:
    for alias in (DEFAULT_DB_ALIAS, *settings.CAREHUB_PRISONS):
        with connections[alias].cursor() as cursor:
            cursor.execute("ANALYZE")


@dataclass(frozen=True)
class Frame:
    """What stands before anybody is booked."""

    place: Establishment
    buildings: dict[str, Building]
    agendas: list[Agenda]
    kinds: dict[str, Kind]
    # By agenda and hours: whoever comes less often than weekly is written by hours and rhythm, too.
    patterns: dict[tuple[int, tuple[int, int], int], SessionPattern]

    def instant(self, day: date, minute: int) -> datetime:
        return at_local(day, time_of(minute), self.place.zone)


def write_house(one: House, years: float, *, encoded: str, is_first: bool) -> int:
    """Write one establishment with all its people and appointments; return how many."""
    calendar = Years(Establishment(code=one.site.code).today(), years)
    frame = write_frame(one, calendar)
    nurse = accounts.open_accounts(frame.place, since=calendar.opens, encoded=encoded)
    if is_first:
        accounts.open_administrator(frame.place, since=calendar.opens, encoded=encoded)
    life = Life(one, calendar)
    days = list(life.days())
    people = {person: detainee(frame, person) for person in life.population.everybody}
    rows.write_people(people.values())
    writer = rows.Writer(frame, people, nurse, calendar.today, timezone.now())
    writer.write_sessions(half_day for held, _visits in days for half_day in held)
    if is_first:
        learn_own_sizes()
    number = writer.write_visits([visit for _held, visits in days for visit in visits])
    writer.write_today()
    return number


def learn_own_sizes() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def detainee(frame: Frame, person: Any) -> Detainee:
    row = Detainee(
        id=person.key,
        establishment=frame.place,
        register_number=person.number,
        last_name=person.last_name.upper(),
        first_name=person.first_name,
        birth_date=person.birth_date,
        building=None if person.left_on else frame.buildings[person.wing],
        cell="" if person.left_on else person.cell,
        arrived_on=person.arrived_on,
        released_on=person.left_on,
    )
    row.fill_search_text()
    return row


def write_frame(one: House, calendar: Years) -> Frame:
    site, prison = one.site, settings.CAREHUB_PRISONS[0]
    place = Establishment.objects.create(code=site.code, name=site.name, prison=prison)
    ArrivalTime.objects.bulk_create(
        ArrivalTime(establishment=place, at=at, most_people=BROUGHT_AT_MOST) for at in ARRIVAL_TIMES
    )
    PublicationTime.objects.bulk_create(
        PublicationTime(establishment=place, at=at, since=calendar.opens) for at in site.publications
    )
    [unit] = CareUnit.objects.filter(establishment=place)
    buildings = Building.objects.bulk_create(Building(establishment=place, name=wing.name) for wing in site.wings)
    agendas = Agenda.objects.bulk_create(
        Agenda(establishment=place, unit=unit, name=name, discipline=practice.discipline, position=position)
        for position, (practice, name) in enumerate(one.agendas)
    )
    kinds = Kind.objects.bulk_create(
        Kind(establishment=place, unit=unit, name=name, discipline=each.discipline, default_minutes=each.minutes)
        for each in PRACTICES
        for name in (*each.kinds, *([each.on_arrival] if each.on_arrival else []))
    )
    # Officers' accounts refer to the establishment and its buildings, of which their database has a copy.
    bring_reference(prison, establishments_of(prison))
    return Frame(
        place=place,
        buildings={building.name: building for building in buildings},
        agendas=agendas,
        kinds={kind.name: kind for kind in kinds},
        patterns=dict(write_patterns(one, place, agendas, calendar)),
    )


def write_patterns(
    one: House, place: Establishment, agendas: list[Agenda], calendar: Years
) -> Iterator[tuple[tuple[int, tuple[int, int], int], SessionPattern]]:
    """Write the weekly patterns, one for each agenda and its hours."""
    for agenda, hours, every in sorted({(each.agenda, each.hours, each.every) for each in one.openings}):
        days = {each.weekday for each in one.openings if (each.agenda, each.hours) == (agenda, hours)}
        practice, _name = one.agendas[agenda]
        yield (
            (agenda, hours, every),
            SessionPattern.objects.create(
                establishment=place,
                agenda=agendas[agenda],
                rule=Rhythm(frozenset(days), every=every).rule,
                first=calendar.first,
                start=time_of(hours[0]),
                end=time_of(hours[1]),
                slot_minutes=practice.minutes,
                overbooking=rows.OVERBOOKING,
            ),
        )
