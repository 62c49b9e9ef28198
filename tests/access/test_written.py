"""A statement that is written once is asked with the values of each asking."""

from __future__ import annotations

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast

from access.models import Building, Establishment
from access.written import Written, taken
from tests.conftest import Unit


def named(place: int, building: int) -> QuerySet[Building]:
    rows = Building.objects.annotate(key=Cast("pk", CharField()))
    return rows.filter(establishment=place, key=str(building)).order_by("pk")


def test_values_stand_where_they_belong_as_numbers_and_as_texts(unit_a: Unit, unit_b: Unit) -> None:
    asked = Written(named, "place", "building")
    mine = Building.objects.filter(establishment=unit_a.establishment).order_by("pk")[0]

    found = asked.read(place=unit_a.establishment.pk, building=mine.pk)
    kept = asked.text

    assert [taken(Building, row)[0] for row in found] == [mine]
    assert asked.read(place=unit_b.establishment.pk, building=mine.pk) == []
    assert asked.text is kept
    assert str(unit_a.establishment.pk) not in [str(place) for place in asked.places]


def test_row_that_was_taken_is_a_row_like_another(unit_a: Unit) -> None:
    def one(place: int) -> QuerySet[Establishment]:
        return Establishment.objects.filter(pk=place)

    [row] = Written(one, "place").read(place=unit_a.establishment.pk)

    found, rest = taken(Establishment, row)

    assert (found, found.name, list(rest)) == (unit_a.establishment, unit_a.establishment.name, [])
    assert not found._state.adding
