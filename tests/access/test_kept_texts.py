"""A statement whose text is kept is asked with the keys, the lists of keys and the instants of each asking."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Count, QuerySet
from django.test.utils import CaptureQueriesContext

from access.kept_texts import KeptText, read_together
from access.models import Building, Establishment, Session, User
from access.written import taken
from appointments.models import Detainee
from tests.conftest import Unit
from tests.doors import through

LATELY = timedelta(days=60)


def buildings(places: list[int]) -> QuerySet[Building, tuple[int]]:
    return Building.objects.filter(establishment__pk__among=places).order_by("pk").values_list("pk")


def test_instants_are_those_of_the_asking_or_so_long_before(unit_a: Unit) -> None:
    def over(now: datetime) -> QuerySet[Session]:
        return Session.objects.filter(expire_date__lte=now, alive_at__gt=now - LATELY)

    asked, days = KeptText(over, instants=["now"]), [datetime(2026, 11, day, 12, tzinfo=UTC) for day in (1, 2)]

    assert [set(asked.with_values(now=day)[1]) for day in days] == [{day, day - LATELY} for day in days]


def test_uuid_is_a_key_like_a_number(unit_a: Unit, unit_b: Unit) -> None:
    def one(place: int, person: UUID) -> QuerySet[Detainee, tuple[str]]:
        return Detainee.objects.filter(establishment=place, pk=person).order_by().values_list("last_name")

    asked = KeptText(one, keys=["place"], uuids=["person"])

    assert asked.read(place=unit_a.establishment.pk, person=unit_a.paul.pk) == [(unit_a.paul.last_name,)]
    assert asked.read(place=unit_b.establishment.pk, person=unit_a.paul.pk) == []


def test_many_keys_are_one_value_and_none_finds_nothing(unit_a: Unit, unit_b: Unit) -> None:
    asked, places = KeptText(buildings, lists=["places"]), [unit.establishment.pk for unit in (unit_a, unit_b)]

    found = [asked.read(places=[place]) for place in places]

    assert found[0]
    assert found[1]
    assert found == [list(buildings([place])) for place in places]
    assert asked.read(places=places) == sorted([*found[0], *found[1]])
    assert asked.read(places=[]) == []
    assert len(asked.with_values(places=places)[1]) == 1


def test_text_holds_no_value_and_is_that_of_the_door(unit_a: Unit, ada: User) -> None:
    def accounts(place: int) -> QuerySet[User]:
        return User.objects.filter(memberships__establishment=place)

    asked = KeptText(accounts, keys=["place"])
    here = unit_a.establishment.pk

    assert asked.with_values(place=here)[1] == [here]
    with through("accounts"):
        text, _values = asked.with_values(place=here)

    assert "access_administrator_password" in text
    assert sorted(asked.texts) == ["accounts", "owner"]
    assert here not in [place for _text, places in asked.texts.values() for place in places]


def test_name_that_the_set_does_not_use_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="place"):
        KeptText(lambda places, place: buildings(places), keys=["place"], lists=["places"]).with_values()


def test_objects_are_those_of_the_set_with_all_that_it_reads_beside_them(unit_a: Unit, unit_b: Unit) -> None:
    def people(place: int) -> QuerySet[Detainee]:
        numbered = Detainee.objects.filter(establishment=place).annotate(others=Count("establishment__buildings"))
        return numbered.select_related("building").order_by("last_name")

    asked = KeptText(people, keys=["place"])

    for unit in (unit_a, unit_b, unit_a):
        found, wanted = asked.objects(place=unit.establishment.pk), list(people(unit.establishment.pk))
        assert [vars(one)["others"] for one in found] == [vars(one)["others"] for one in wanted]
        with CaptureQueriesContext(connection) as captured:
            assert [(one, one.building, one.first_name) for one in found] == [
                (one, one.building, one.first_name) for one in wanted
            ]
        assert len(captured) == 0
    assert {one._state.db for one in asked.objects(place=unit_a.establishment.pk)} == {"default"}


def test_objects_of_another_database_are_read_there(unit_a: Unit) -> None:
    asked = KeptText(lambda place: Building.objects.filter(establishment=place).order_by("pk"), keys=["place"])
    here = asked.objects(place=unit_a.establishment.pk)

    assert here == list(Building.objects.filter(establishment=unit_a.establishment).order_by("pk"))
    assert {one._state.db for one in asked.objects("prison", place=unit_a.establishment.pk)} <= {"prison"}


def test_day_is_that_of_the_asking(unit_a: Unit) -> None:
    def arrived(day: date, before: date) -> QuerySet[Detainee]:
        return Detainee.objects.filter(arrived_on__lte=day, arrived_on__gt=before)

    asked, day = KeptText(arrived, days=["day", "before"]), date(2026, 11, 30)

    assert sorted(asked.with_values(day=day, before=date(2026, 11, 1))[1]) == [date(2026, 11, 1), day]


def test_row_that_was_taken_is_a_row_of_its_database(unit_a: Unit) -> None:
    def one(place: int) -> QuerySet[Establishment]:
        return Establishment.objects.filter(pk=place)

    [row] = KeptText(one, keys=["place"]).read(place=unit_a.establishment.pk)

    found, rest = taken(Establishment, row, database="prison")

    assert (found, found.name, list(rest)) == (unit_a.establishment, unit_a.establishment.name, [])
    assert found._state.db == "prison"
    assert not found._state.adding


def test_several_statements_are_asked_as_one_and_told_apart(unit_a: Unit, unit_b: Unit) -> None:
    def named(place: int) -> QuerySet[Building]:
        return Building.objects.filter(establishment__pk=place).order_by("-name")

    asked, there = KeptText(named, keys=["place"]), [unit.establishment.pk for unit in (unit_a, unit_b)]
    nobody = "SELECT id FROM access_user WHERE id = %s"
    with CaptureQueriesContext(connection) as queries:
        found = read_together({"here": asked.with_values(place=there[0]), "nobody": (nobody, [0])})

    assert len(queries) == 1
    assert asked.made(found["here"]) == list(named(there[0])) != []
    assert [vars(each)["name"] for each in asked.made(found["here"])] == sorted(
        (each.name for each in named(there[0])), reverse=True
    )
    assert found["nobody"] == []
    assert asked.made(read_together({"": asked.with_values(place=there[1])})[""]) == list(named(there[1]))
