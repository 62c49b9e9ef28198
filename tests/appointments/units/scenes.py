"""A house with two care units: somatic care and the SMPR, each with its head, its agenda and its kinds."""

from __future__ import annotations

from dataclasses import dataclass

from access.enums import Role
from access.models import User
from access.policy import give
from appointments.models import Agenda, CareUnit, Kind
from appointments.models.enums.planning import Discipline
from appointments.planning import open_unit
from tests.conftest import Unit
from tests.factories import AgendaFactory, KindFactory, member, unit_of


@dataclass
class TwoUnits:
    """What tests of two units need beside the house itself, whose agendas are all of the first unit."""

    house: Unit
    first: CareUnit
    second: CareUnit
    vidal: Agenda
    interview: Kind
    # Head of the second unit, and its nurse.
    simone: User
    noor: User


def two_units(house: Unit) -> TwoUnits:
    """Open a second unit; whoever heads the house already stays head of the first alone."""
    place = house.establishment
    open_unit(place, name="SMPR")
    second = CareUnit.objects.get(establishment=place, name="SMPR")
    vidal = AgendaFactory(
        establishment=place, unit=second, name="Dr Vidal", position=3, discipline=Discipline.PSYCHIATRY
    )
    interview = KindFactory(establishment=place, unit=second, name="Suivi", discipline=Discipline.PSYCHIATRY)
    simone = member(Role.HEAD, place, username="simone")
    give(simone, "head_unit", second)
    noor = member(Role.NURSE, place, username="noor")
    for right in ("view_agenda", "book_agenda"):
        give(noor, right, vidal)
    return TwoUnits(house, unit_of(place), second, vidal, interview, simone, noor)
