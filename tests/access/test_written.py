"""A statement that is written once is asked with the values of each asking."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast

from access.models import Building, Establishment, Session
from access.written import Written, taken
from tests.conftest import Unit

LATELY = timedelta(days=60)


def named(place: int, building: int) -> QuerySet[Building]:
    rows = Building.objects.annotate(key=Cast("pk", CharField()))
    return rows.filter(establishment=place, key=str(building)).order_by("pk")


def test_values_stand_where_they_belong_as_numbers_and_as_texts(unit_a: Unit, unit_b: Unit) -> None:
    asked = Written(named, "place", "building")
    mine = Building.objects.filter(establishment=unit_a.establishment).order_by("pk")[0]

    found = asked.read(place=unit_a.establishment.pk, building=mine.pk)
    [kept] = asked.written.values()

    assert [taken(Building, row)[0] for row in found] == [mine]
    assert asked.read(place=unit_b.establishment.pk, building=mine.pk) == []
    assert list(asked.written.values()) == [kept]
    assert str(unit_a.establishment.pk) not in [str(place) for place in kept[1]]


def test_instant_is_that_of_the_asking() -> None:
    def over(now: datetime) -> QuerySet[Session]:
        return Session.objects.filter(expire_date__lte=now, alive_at__gt=now - LATELY)

    asked, days = Written(over, instants=["now"]), [datetime(2026, 11, day, 12, tzinfo=UTC) for day in (1, 2)]

    assert [asked.with_values(now=day)[1] for day in days] == [[day, day - LATELY] for day in days]


def test_many_keys_are_one_value(unit_a: Unit, unit_b: Unit) -> None:
    def of(places: list[int]) -> QuerySet[Building, str]:
        return Building.objects.filter(establishment__pk__among=places).order_by("pk").values_list("pk")

    asked = Written(of, lists=["places"])
    here, there = (
        [(building.pk,) for building in Building.objects.filter(establishment=unit.establishment).order_by("pk")]
        for unit in (unit_a, unit_b)
    )

    assert asked.read(places=[unit_a.establishment.pk]) == here
    assert asked.read(places=[unit_a.establishment.pk, unit_b.establishment.pk]) == sorted([*here, *there])
    assert asked.read(places=[]) == []
    assert len(asked.with_values(places=[1, 2, 3])[1]) == 1


def test_row_that_was_taken_is_a_row_like_another(unit_a: Unit) -> None:
    def one(place: int) -> QuerySet[Establishment]:
        return Establishment.objects.filter(pk=place)

    [row] = Written(one, "place").read(place=unit_a.establishment.pk)

    found, rest = taken(Establishment, row)

    assert (found, found.name, list(rest)) == (unit_a.establishment, unit_a.establishment.name, [])
    assert not found._state.adding
