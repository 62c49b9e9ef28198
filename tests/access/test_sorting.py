"""Names sort as in a French directory, the same in Python and in PostgreSQL, whatever the server's locale."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from access.models import Building, User
from access.sorting import FROM, LONGER, FrenchKey, french_key
from appointments.models import Agenda, Detainee, Room
from tests.conftest import Unit
from tests.factories import AgendaFactory, BuildingFactory, DetaineeFactory

ORDERED = ["ABBAS", "Élan", "ELLIS", "GÉRARD", "GIRARD", "LE GOFF", "LEBRUN", "Łukowicz", "N'Diaye", "NDIR", "ODIN"]
ORDERED += ["Œuvrard", "OKO", "Sørlund", "SOULÉ", "Straus", "Strauß", "Yıldırım", "YVES", "Zoé"]


def test_python_sorts_as_french_does() -> None:
    assert sorted(set(ORDERED), key=french_key) == ORDERED


def test_people_agendas_rooms_and_buildings_come_in_french_order(unit_a: Unit) -> None:
    place = unit_a.establishment
    for name in reversed(ORDERED):
        DetaineeFactory(establishment=place, building=unit_a.building, last_name=name, first_name="X")
        AgendaFactory(establishment=place, name=name, position=99)
        Room.objects.create(establishment=place, name=name)
        BuildingFactory(establishment=place, name=name)

    assert list(Detainee.objects.filter(first_name="X").values_list("last_name", flat=True)) == ORDERED
    assert list(Agenda.objects.filter(position=99).values_list("name", flat=True)) == ORDERED
    assert list(Room.objects.filter(name__in=ORDERED).values_list("name", flat=True)) == ORDERED
    found = Building.objects.filter(name__in=ORDERED).order_by(FrenchKey("name"))
    assert list(found.values_list("name", flat=True)) == ORDERED


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(st.sampled_from("abcXYZéÈçÏñ œŒæÆ" + FROM + "".join(LONGER) + "ŠžČśÁ"), max_size=20),
)
def test_the_database_has_the_same_key_as_python(text: str) -> None:
    column = FrenchKey("name").template % {"expressions": "%s"}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column}", [text])

        assert cursor.fetchone() == (french_key(text),)


def test_the_order_of_people_has_an_index(unit_a: Unit, alice: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    rows = Detainee.objects.filter(establishment=unit_a.establishment).order_by(
        FrenchKey("last_name"), FrenchKey("first_name")
    )

    assert "detainee_by_name" in rows.explain()
