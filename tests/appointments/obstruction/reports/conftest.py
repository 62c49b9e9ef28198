"""A month in which building B was not brought, told in numbers large enough to be reported."""

from __future__ import annotations

from datetime import date, time

import pytest
from django.utils import timezone

from access.enums import Role
from access.models import User
from appointments.models import Detainee, Obstruction, ObstructionReader, ObstructionReport
from appointments.models.enums.appointment import Status
from appointments.models.enums.obstruction import HalfDay, ObstructionCause, ObstructionKind, ObstructionSource
from appointments.models.enums.report import ReportKind
from appointments.obstruction.reports.drafting import begin_report
from tests.appointments.obstruction.conftest import BACK, day, past
from tests.conftest import Unit
from tests.factories import member, paris_day, unit_of

TIMES = [time(8 + number // 3, 20 * (number % 3)) for number in range(12)]
AFTERNOON = [time(13 + number // 3, 20 * (number % 3)) for number in range(12)]


def half_day(unit: Unit, number: int, person: Detainee, *, missed: int, seen: int, afternoon: bool = False) -> None:
    """So many people of one building were not brought, and so many seen, on one half-day."""
    agenda = unit.doctor if person == unit.paul else unit.psychiatrist
    kind = unit.consultation if person == unit.paul else unit.psychiatry
    for index, at in enumerate((AFTERNOON if afternoon else TIMES)[: missed + seen]):
        why = {"not_come_declared": "EFFECTIF"} if index < missed else {}
        status = Status.NOT_COME if index < missed else Status.SEEN
        past(unit, (number, at.hour, at.minute), status, agenda=agenda, kind=kind, detainee=person, **why)


@pytest.fixture
def hard_month(unit_a: Unit) -> Unit:
    """Paul lives in A, Karim in B. Of A 6 of 24 are not brought, of B 19 of 24."""
    half_day(unit_a, 0, unit_a.paul, missed=6, seen=6)
    half_day(unit_a, 1, unit_a.paul, missed=0, seen=12, afternoon=True)
    half_day(unit_a, 0, unit_a.karim, missed=12, seen=0)
    half_day(unit_a, 1, unit_a.karim, missed=7, seen=5, afternoon=True)
    return unit_a


@pytest.fixture
def frida(unit_a: Unit, helene: User) -> User:
    """A nurse whom the head lets read and write reports."""
    nurse = member(Role.NURSE, unit_a.establishment, username="frida")
    ObstructionReader.objects.create(establishment=unit_a.establishment, user=nurse, named_by=helene)
    return nurse


@pytest.fixture
def friday(hard_month: Unit) -> Obstruction:
    """The morning on which nobody of B was brought, as the log counts it."""
    return Obstruction.objects.create(
        establishment=hard_month.establishment,
        unit=unit_of(hard_month.establishment),
        kind=ObstructionKind.NOT_BROUGHT,
        day=day(0),
        half_day=HalfDay.MORNING,
        building=hard_month.other_building,
        cause=ObstructionCause.STAFF,
        affected=12,
        expected=12,
        source=ObstructionSource.COUNTED,
        source_key=f"not_brought:{day(0)}:morning:B",
    )


def revealed(unit: Unit, by: User) -> Obstruction:
    """A fact noted by hand, about Paul."""
    return Obstruction.objects.create(
        establishment=unit.establishment,
        unit=unit_of(unit.establishment),
        kind=ObstructionKind.REVEALED,
        day=paris_day(),
        half_day=HalfDay.MORNING,
        cause=ObstructionCause.PRACTICE,
        facts="Paul Durand, cellule A-2-214, appelé à voix haute pour le psychiatre.",
        detainee=unit.paul,
        source=ObstructionSource.BY_HAND,
        source_key=f"by hand {timezone.now()}",
        recorded_by=by,
        is_serious=True,
    )


@pytest.fixture
def draft(hard_month: Unit, helene: User) -> ObstructionReport:
    return begin(hard_month, helene)


def begin(unit: Unit, by: User, first: int = -1, last: int = BACK - 1, **more: object) -> ObstructionReport:
    """A report of the days from the first to the last, yesterday as a rule."""
    kind = more.get("kind", ReportKind.COLLECTIVE)
    days: tuple[date, date] = day(first), day(last)
    return begin_report(
        by=by,
        establishment=unit.establishment,
        kind=kind,
        first_day=days[0],
        last_day=days[1],  # type: ignore[arg-type]
    )
