"""Establishments, buildings and publishing hours at the prison side are what they are at care's."""

from __future__ import annotations

from datetime import date, time

import pytest
from django.db import DatabaseError
from django.utils import timezone

from access.models import Building, Establishment, User
from appointments.models import PublicationTime
from appointments.prison.models import PublishingHour
from tests.appointments.courier.rounds import expect, go, shown, standing, stored, tap, today_at
from tests.conftest import Unit
from tests.doors import through
from tests.factories import BuildingFactory, EstablishmentFactory
from tests.published import publish_at


def names_there(unit: Unit) -> dict[int, str]:
    here = Building.objects.using("prison").filter(establishment=unit.establishment.pk)
    return dict(here.values_list("pk", "name"))


def test_renamed_establishment_and_building_bear_the_new_name_there(unit_a: Unit) -> None:
    expect(unit_a, unit_a.paul, today_at(unit_a, 9))
    go()
    Establishment.objects.filter(pk=unit_a.establishment.pk).update(code="NEW", name="Centre neuf", time_zone="Etc/GMT")
    Building.objects.filter(pk=unit_a.building.pk).update(name="Nord")

    go()

    there = Establishment.objects.using("prison").get(pk=unit_a.establishment.pk)
    assert (there.code, there.name, there.time_zone) == ("NEW", "Centre neuf", "Etc/GMT")
    assert names_there(unit_a) == {unit_a.building.pk: "Nord", unit_a.other_building.pk: "B"}


def test_buildings_that_change_names_with_each_other_do_so_there(unit_a: Unit) -> None:
    go()
    one, other, spare = unit_a.building.pk, unit_a.other_building.pk, "~"
    for key, name in ((one, spare), (other, "A"), (one, "B")):
        Building.objects.filter(pk=key).update(name=name)

    go()

    assert names_there(unit_a) == {one: "B", other: "A"}


def test_new_building_may_bear_the_name_that_a_renamed_one_had(unit_a: Unit) -> None:
    go()
    Building.objects.filter(pk=unit_a.building.pk).update(name="Old A")
    new = BuildingFactory(establishment=unit_a.establishment, name="A")

    go()

    assert names_there(unit_a)[unit_a.building.pk] == "Old A"
    assert names_there(unit_a)[new.pk] == "A"


def test_codes_that_two_establishments_exchange_and_one_that_is_given_again(unit_a: Unit, unit_b: Unit) -> None:
    go()
    a, b = unit_a.establishment.pk, unit_b.establishment.pk
    for key, code in ((a, "~"), (b, "MAA"), (a, "MAB")):
        Establishment.objects.filter(pk=key).update(code=code)
    go()
    there = Establishment.objects.using("prison")
    assert dict(there.values_list("pk", "code")) == {a: "MAB", b: "MAA"}

    # A moves to another prison's database and is given a new code; a new establishment gets its old one.
    Establishment.objects.filter(pk=a).update(code="GONE", prison="elsewhere")
    new = EstablishmentFactory(code="MAB")
    go()

    assert there.get(code="MAB").pk == new.pk


def test_publishing_hours_come_change_and_go(unit_a: Unit) -> None:
    publish_at(unit_a.establishment, time(8, 30), time(12, 30))
    go()
    PublicationTime.objects.filter(at=time(8, 30)).update(until=date(9999, 12, 31))
    PublicationTime.objects.filter(at=time(12, 30)).delete()
    PublicationTime.objects.create(establishment=unit_a.establishment, at=time(15, 30), since=date(1, 1, 1))

    go()

    there = PublishingHour.objects.using("prison").values_list("at", "since", "until")
    assert set(there) == {(time(8, 30), date(2020, 1, 1), date(9999, 12, 31)), (time(15, 30), date(1, 1, 1), None)}


def test_nothing_is_written_when_all_is_alike(unit_a: Unit, unit_b: Unit) -> None:
    publish_at(unit_a.establishment, time(8, 30))
    expect(unit_a, unit_a.paul, today_at(unit_a, 9))
    go()
    before = stored()

    go()

    assert stored() == before


def test_establishment_that_moves_to_another_database_leaves_no_list_behind(unit_a: Unit, unit_b: Unit) -> None:
    line = expect(unit_a, unit_a.paul, today_at(unit_a, 9))
    expect(unit_b, unit_b.paul, today_at(unit_b, 9))
    go()
    today = timezone.localdate(timezone=unit_a.establishment.zone)
    assert shown(unit_a, today)

    Establishment.objects.filter(pk=unit_a.establishment.pk).update(prison="elsewhere")
    go()

    assert shown(unit_a, today) == []
    assert standing(line).state == "expected"
    assert shown(unit_b, today) == [("09:00 DURAND", "")]


def test_establishment_that_comes_back_finds_its_lines_as_officers_left_them(
    unit_a: Unit, unit_b: Unit, olga: User
) -> None:
    line = expect(unit_a, unit_a.paul, today_at(unit_a, 9))
    go()
    tap(olga, line, "expected", "called")
    Establishment.objects.filter(pk=unit_a.establishment.pk).update(prison="elsewhere")
    go()

    Establishment.objects.filter(pk=unit_a.establishment.pk).update(prison="prison")
    go()

    assert standing(line).state == "called"


@pytest.mark.parametrize(
    "table", ["access_user", "access_session", "appointments_appointment", "appointments_detainee"]
)
def test_courier_reads_no_account_no_session_and_no_appointment(unit_a: Unit, table: str) -> None:
    from django.db import connection, transaction

    with through("courier"), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(f"SELECT FROM {table}")
