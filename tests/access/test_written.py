"""Rows that are taken, told and written beside Django's composing are rows like any other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Model
from django.db.models.signals import post_init, pre_init
from django.utils import timezone

from access.models import Building, Establishment
from access.written import insert, names_of, taken, told, whole
from appointments.care.shown import READ
from appointments.models import AppointmentChange, Detainee
from appointments.models.enums.appointment import ChangeKind
from tests.conftest import Unit
from tests.factories import appointment, local, open_session, workday


def test_row_that_was_taken_is_a_row_like_another(unit_a: Unit) -> None:
    names = ", ".join(f'"{field.column}"' for field in Establishment._meta.concrete_fields)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names}, 7 FROM access_establishment WHERE id = %s", [unit_a.establishment.pk])
        [row] = cursor.fetchall()

    found, rest = taken(Establishment, row)

    assert (found, found.name, list(rest)) == (unit_a.establishment, unit_a.establishment.name, [7])
    assert not found._state.adding


def test_row_that_was_told_as_json_has_the_values_that_django_reads(unit_a: Unit) -> None:
    Detainee.objects.filter(pk=unit_a.paul.pk).update(
        birth_date=unit_a.establishment.today() - timedelta(days=9000), leaves_on=unit_a.establishment.today()
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_json(d) FROM appointments_detainee d WHERE id = %s", [unit_a.paul.pk])
        [[row]] = cursor.fetchall()

    found = told(Detainee, row)

    read = Detainee.objects.get(pk=unit_a.paul.pk)
    assert [getattr(found, field.attname) for field in Detainee._meta.concrete_fields] == [
        getattr(read, field.attname) for field in Detainee._meta.concrete_fields
    ]
    assert not found._state.adding


def test_row_that_is_written_at_once_has_the_values_that_it_was_given(unit_a: Unit) -> None:
    session = open_session(unit_a.doctor, day := workday(1))
    one = appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 9, 40))
    line = AppointmentChange(
        establishment_id=one.establishment_id,
        appointment=one,
        revision=9,
        what=ChangeKind.MOVED,
        before={"kind_id": 1, "said": "à l’heure"},
        by_id=None,
        by_name="Alice",
        at=timezone.now(),
    )

    is_written = insert(line)

    read = AppointmentChange.objects.get(appointment=one, revision=9)
    names = [field.attname for field in AppointmentChange._meta.concrete_fields if field.attname != "id"]
    assert is_written
    assert [getattr(read, name) for name in names] == [getattr(line, name) for name in names]


def test_row_whose_key_is_taken_is_not_written(unit_a: Unit) -> None:
    building = Building(establishment=unit_a.establishment, name=unit_a.building.name)
    another = Building(establishment=unit_a.establishment, name="Z")

    written = [insert(each, unless_there=("establishment_id", "name")) for each in (building, another)]

    assert written == [False, True]
    assert Building.objects.filter(establishment=unit_a.establishment, name=unit_a.building.name).count() == 1


@pytest.mark.parametrize("model", [model for _path, model in READ], ids=lambda model: model.__name__)
def test_row_that_is_made_at_once_is_what_django_makes(model: type[Model]) -> None:
    values = [object() for _name in names_of(model)]

    made, meant = whole(model, names_of(model), values), model.from_db("default", names_of(model), values)

    # Django makes the empty cache of rows beside it when somebody first asks for it.
    assert made._state.fields_cache == meant._state.fields_cache == {}
    assert {**vars(made), "_state": vars(made._state)} == {**vars(meant), "_state": vars(meant._state)}
    assert all(not signal.has_listeners(model) for signal in (pre_init, post_init))


def test_row_that_is_made_at_once_can_be_saved_and_read_further(unit_a: Unit) -> None:
    [row] = Building.objects.filter(pk=unit_a.building.pk).values_list(*names_of(Building))

    found = whole(Building, names_of(Building), row)
    found.name = "Z"
    found.save()

    assert (found, found.establishment) == (unit_a.building, unit_a.establishment)
    assert Building.objects.get(pk=unit_a.building.pk).name == "Z"
