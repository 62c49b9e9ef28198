"""What the database refuses of records of people, whatever the code forgets."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from access.models import User
from access.refusal import constraint_of
from appointments.models import Appointment, Detainee, PersonJoin, Series
from appointments.registry.joining import digest, join, preferred
from tests.conftest import Unit
from tests.doors import through
from tests.factories import (
    DetaineeFactory,
    RequestFactory,
    appointment,
    escort,
    local,
    open_session,
    paris_day,
    workday,
)


def refused(constraint: str, do) -> None:
    """Try `do` as the care door would, and expect the database's no by that name."""
    with through("care"), pytest.raises(DatabaseError) as error:
        tried(do)
    assert constraint_of(error.value) == constraint


def tried(do) -> None:
    """Do it with what the end of its transaction checks, and take it back."""
    with transaction.atomic():
        do()
        connection.check_constraints()


def another(unit: Unit, **fields: object) -> Detainee:
    return DetaineeFactory(establishment=unit.establishment, building=unit.building, **fields)


def set_of(person: Detainee, **values: object):
    return lambda: Detainee.objects.filter(pk=person.pk).update(**values)


@pytest.fixture
def done(unit_a: Unit, alice: User) -> PersonJoin:
    """Another record of Paul, joined into his."""
    joined, survivor = preferred(another(unit_a, arrived_on=None), unit_a.paul)
    return join(by=alice, joined=joined, survivor=survivor, seen=digest([]))


def test_one_person_is_not_present_twice_under_a_number_without_its_zeros(unit_a: Unit) -> None:
    same = {"last_name": "DURAND", "first_name": "PAUL", "birth_date": unit_a.paul.birth_date}

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        another(unit_a, register_number="4217", **same)
    assert constraint_of(error.value) == "number_without_zeros_once"
    # Another birth is another person; and whoever has left stands in nobody's way.
    another(unit_a, register_number="4217", **(same | {"birth_date": date(1970, 1, 1)}))
    another(unit_a, register_number="04217", released_on=paris_day(), **same)


def test_nobody_is_provisional_without_a_source(unit_a: Unit) -> None:
    refused("provisional_has_source", set_of(unit_a.paul, provisional_since=timezone.now()))


def test_a_birth_is_a_day_or_a_year(unit_a: Unit) -> None:
    refused("birth_date_or_year", set_of(unit_a.paul, birth_year=1990))


def test_a_record_is_joined_into_another_that_stands_and_with_a_join_that_tells(
    unit_a: Unit, unit_b: Unit, done: PersonJoin
) -> None:
    third = another(unit_a)
    gone = {"released_on": paris_day()}

    refused("joined_into_another", set_of(third, joined_into=third, **gone))
    refused("joined_with_record", set_of(third, joined_into=unit_a.karim, **gone))
    refused("joined_into_standing", set_of(third, joined_into=done.joined, **gone))
    refused("joined_into_standing", set_of(third, joined_into=unit_b.paul, **gone))
    refused("joined_has_none", set_of(unit_a.paul, joined_into=third, **gone))
    refused("set_aside_is_not_present", set_of(third, retracted_at=timezone.now()))
    refused("joined_with_record", set_of(done.joined, joined_into=None))


def test_a_join_is_not_rewritten_and_taken_back_once(unit_a: Unit, done: PersonJoin) -> None:
    mine = PersonJoin.objects.filter(pk=done.pk)

    with through("care"), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        mine.update(moved={})
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        mine.update(moved={})
    assert constraint_of(error.value) == "join_stays_itself"
    refused(
        "joined_once",
        lambda: PersonJoin.objects.create(
            establishment=unit_a.establishment, joined=done.joined, survivor=unit_a.karim, by_name="X"
        ),
    )
    with through("care"), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute("DELETE FROM appointments_personjoin")


def test_what_is_of_one_person_passes_to_no_other(unit_a: Unit) -> None:
    place, past, day = unit_a.establishment, workday(-3), workday(1)
    over = appointment(unit_a.paul, open_session(unit_a.doctor, past), unit_a.consultation, local(place, past, 9))
    to_come = appointment(unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(place, day, 9))
    rows = [
        to_come,
        RequestFactory(detainee=unit_a.paul),
        Series.objects.create(establishment=place, detainee=unit_a.paul, rule="FREQ=WEEKLY;COUNT=2"),
        escort(unit_a.paul, local(place, day, 14)),
    ]

    for row in rows:
        refused(
            "stays_with_person",
            lambda row=row: type(row).objects.filter(pk=row.pk).update(detainee=unit_a.karim),
        )
    refused("failure_stays", lambda: Appointment.objects.filter(pk=over.pk).update(detainee=unit_a.karim))


def test_a_join_that_is_over_moves_nothing_more(unit_a: Unit, done: PersonJoin) -> None:
    asked = RequestFactory(detainee=unit_a.paul)

    refused("stays_with_person", lambda: type(asked).objects.filter(pk=asked.pk).update(detainee=done.joined))


def test_nothing_is_written_for_a_record_that_was_joined(unit_a: Unit, done: PersonJoin) -> None:
    place, day = unit_a.establishment, workday(1)
    session = open_session(unit_a.doctor, day)

    refused("person_stands", lambda: RequestFactory(detainee=done.joined))
    refused(
        "person_stands",
        lambda: appointment(done.joined, session, unit_a.consultation, local(place, day, 9)),
    )
