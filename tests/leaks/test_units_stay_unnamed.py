"""Two worlds: all called by one unit, or some by another hospital's. The prison's side says the same, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from access.models import User
from appointments.models import CareUnit
from tests.appointments.units.scenes import TwoUnits, two_units
from tests.conftest import Unit
from tests.factories import open_session
from tests.leaks.worlds import TODAY, TOMORROW, Care, Experiment, experiment


@pytest.fixture
def two(unit_a: Unit, helene: User) -> TwoUnits:
    return two_units(unit_a)


@pytest.fixture
def worlds(two: TwoUnits, helene: User, oscar: User, olga: User) -> Iterator[Experiment]:
    with experiment(two.house, helene, {"oscar": oscar, "olga": olga}) as found:
        yield found


def test_list_names_no_unit(worlds: Experiment, two: TwoUnits) -> None:
    def one_unit(care: Care) -> None:
        """Four people are called tomorrow, all by the first unit."""
        for person, clock in ((0, "09:30"), (1, "09:40"), (2, "10:30"), (3, "14:30")):
            care.book(person, clock, agenda=0 if person else 1)

    def two_of_them(care: Care) -> None:
        """The same calls, two of them by the SMPR, which has another name, a closure's day and a head of its own."""
        CareUnit.objects.filter(pk=two.second.pk).update(name="Service médico-psychologique régional")
        for day in (TODAY, TOMORROW):
            open_session(two.vidal, care.day(day), 8, 12)
            open_session(two.vidal, care.day(day), 14, 17, start_minute=0)
        care.agendas.append(two.vidal)
        care.kinds.append(two.interview)
        for person, clock in ((0, "09:30"), (1, "09:40"), (2, "10:30"), (3, "14:30")):
            theirs = {"agenda": 4, "kind": 4, "by": two.simone} if person in {0, 3} else {"agenda": 0}
            care.book(person, clock, **theirs)
        care.agendas.pop()
        care.kinds.pop()

    worlds.require_neutral(one_unit, two_of_them, everything=True)
