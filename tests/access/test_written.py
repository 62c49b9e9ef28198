"""A statement that is written once is asked with the values of each asking."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast

from access.models import Building, Establishment, Session
from access.written import Written, taken
from tests.conftest import Unit


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
        return Session.objects.filter(expire_date__lte=now)

    asked, days = Written(over, "now"), [datetime(2026, 11, day, 12, tzinfo=UTC) for day in (1, 2)]

    assert [asked.with_values(now=day)[1] for day in days] == [[day] for day in days]


def test_row_that_was_taken_is_a_row_like_another(unit_a: Unit) -> None:
    def one(place: int) -> QuerySet[Establishment]:
        return Establishment.objects.filter(pk=place)

    [row] = Written(one, "place").read(place=unit_a.establishment.pk)

    found, rest = taken(Establishment, row)

    assert (found, found.name, list(rest)) == (unit_a.establishment, unit_a.establishment.name, [])
    assert not found._state.adding
