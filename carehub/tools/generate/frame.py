"""What stands in a generated house before anybody is booked: buildings, agendas, kinds, hours, weekly patterns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from access.models import Building, Establishment
from appointments.arithmetic.recurrence import Rhythm
from appointments.arithmetic.timegrid import at_local, time_of
from appointments.courier.reference import bring_reference, establishments_of
from appointments.models import Agenda, ArrivalTime, CareUnit, Kind, PublicationTime, SessionPattern
from carehub.tools.demo.sites import ARRIVAL_TIMES, BROUGHT_AT_MOST
from carehub.tools.generate.houses import PRACTICES, House, Years

# How many more than it has times a half-day takes.
OVERBOOKING = 2


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
                overbooking=OVERBOOKING,
            ),
        )
