"""Two prisons, each with a database of its own: one never gets anything of the other's, and each is served."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.db import connection, connections
from django.test import override_settings
from django.utils import timezone

from access.models import Building, Establishment, User
from appointments.courier.service import Courier
from appointments.models import Movement
from appointments.prison.models import Edition, LineState, PublishingHour
from tests.appointments.courier.rounds import expect, go, history, shown, tap, today_at
from tests.conftest import Unit
from tests.databases import end_sweeper
from tests.doors import as_login
from tests.published import publish_at

pytestmark = pytest.mark.django_db(databases=["default", "prison", "north"])


@pytest.fixture(scope="module", autouse=True)
def north(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A second prison's database, made as a copy of the first while it is still empty."""
    first = connections["prison"].settings_dict
    name = f"{first['NAME']}_north"
    with django_db_blocker.unblock():
        connections["prison"].close()
        end_sweeper(first["NAME"])
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{first["NAME"]}"')
        connections.settings["north"] = deepcopy(first) | {"NAME": name}
    with override_settings(CAREHUB_PRISONS=["prison", "north"]):
        yield
    with django_db_blocker.unblock():
        connections["north"].close()
        end_sweeper(name)
        del connections["north"], connections.settings["north"]
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}"')


@pytest.fixture
def lines(unit_a: Unit, unit_b: Unit, olga: User) -> tuple[Movement, Movement]:
    """A is served in one database, B in the other."""
    Establishment.objects.filter(pk=unit_b.establishment.pk).update(prison="north")
    for unit in (unit_a, unit_b):
        publish_at(unit.establishment)
    found = expect(unit_a, unit_a.paul, today_at(unit_a, 9)), expect(unit_b, unit_b.karim, today_at(unit_b, 10))
    both()
    return found


def both() -> None:
    with as_login("courier", "north"):
        go("prison")
        go("north")


def test_each_database_gets_its_own_lists_and_nothing_of_the_others(
    unit_a: Unit, unit_b: Unit, lines: tuple[Movement, Movement]
) -> None:
    assert set(Edition.objects.using("prison").values_list("establishment", flat=True)) == {unit_a.establishment.pk}
    assert set(Edition.objects.using("north").values_list("establishment", flat=True)) == {unit_b.establishment.pk}
    assert "Benali" not in str(list(Edition.objects.using("prison").values()))
    assert "Durand" not in str(list(Edition.objects.using("north").values()))
    assert set(PublishingHour.objects.using("north").values_list("establishment", flat=True)) == {
        unit_b.establishment.pk
    }
    assert set(Building.objects.using("north").values_list("establishment", flat=True)) == {unit_b.establishment.pk}


def test_establishment_that_moves_takes_its_list_and_its_states_along(
    unit_a: Unit, lines: tuple[Movement, Movement], olga: User
) -> None:
    paul, _karim = lines
    tap(olga, paul, "expected", "called")
    Establishment.objects.filter(pk=unit_a.establishment.pk).update(prison="north")

    both()
    both()

    today = timezone.localdate(timezone=unit_a.establishment.zone)
    assert shown(unit_a, today) == []
    assert shown(unit_a, today, name="north") == [("09:00 DURAND", "")]
    assert history(paul) == ["called"]
    assert not LineState.objects.using("prison").exists()
    assert LineState.objects.using("north").get(line=paul.pk).state == "called"


def test_prison_that_does_not_answer_keeps_the_other_from_nothing(
    unit_a: Unit, unit_b: Unit, lines: tuple[Movement, Movement]
) -> None:
    Movement.objects.all().update(cell="Z-1")
    courier = Courier(["absent", "north"])
    with as_login("courier", "north"):
        connections.settings["absent"] = connections["north"].settings_dict | {"HOST": "/nowhere"}
        try:
            courier.work(heard=True)
        finally:
            connections["absent"].close()
            del connections["absent"], connections.settings["absent"]

    [today] = [one for one in Edition.objects.using("north").all() if one.lines]
    assert today.lines[0]["cell"] == "Z-1"
    assert [prison.is_down for prison in courier.prisons] == [True, False]
