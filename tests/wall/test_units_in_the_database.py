"""What the database refuses of units: nothing is of two of them, or of two establishments; with care's own login."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from psycopg import errors

from access.models import User
from appointments.models import Agenda, Appointment, CareUnit, Kind, Request
from tests.appointments.units.scenes import TwoUnits, two_units
from tests.conftest import Unit
from tests.factories import KindFactory, RequestFactory, appointment, local, open_session, unit_of, workday
from tests.wall.conftest import Login, standing
from tests.wall.former_word import write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def two(unit_a: Unit, helene: User) -> TwoUnits:
    return two_units(unit_a)


@pytest.fixture
def booked(two: TwoUnits) -> Appointment:
    """Paul tomorrow at 9:00 with the general practitioner of the first unit."""
    session = open_session(two.house.doctor, workday())
    return appointment(two.house.paul, session, two.house.consultation, local(two.house.establishment, workday(), 9))


def changed(row: Any, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
    write(row)


def as_owner(row: Any, **fields: Any) -> None:
    with transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**fields)
        connection.check_constraints()


def test_row_that_names_no_unit_is_of_the_only_one_and_refused_where_there_are_several(
    unit_a: Unit, helene: User
) -> None:
    place = unit_a.establishment
    Agenda.objects.create(establishment=place, name="Dr Seul", discipline="general")
    assert Agenda.objects.get(name="Dr Seul").unit == unit_of(place)

    two_units(unit_a)
    for table, fields in (
        (Agenda, {"name": "Dr Deux", "discipline": "general"}),
        (Kind, {"name": "Deux", "discipline": "general", "default_minutes": 20}),
    ):
        with pytest.raises(IntegrityError, match="unit_id"), transaction.atomic():
            table.objects.create(establishment=place, **fields)


def test_agenda_and_kind_stay_in_their_unit(two: TwoUnits) -> None:
    for row in (two.house.doctor, two.house.consultation):
        with pytest.raises(IntegrityError, match="passes to no other"):
            changed(row, unit=two.second)
        with pytest.raises(IntegrityError, match="passes to no other"):
            as_owner(row, unit=two.second)


def test_nothing_is_of_a_unit_of_another_establishment(two: TwoUnits, unit_b: Unit) -> None:
    theirs = unit_of(unit_b.establishment)
    stranger = Agenda(establishment=two.house.establishment, unit=theirs, name="Dr Ailleurs", discipline="general")
    with pytest.raises(IntegrityError, match="agenda_unit_here"):
        write(stranger)
    with pytest.raises(IntegrityError, match="request_unit_here"):
        changed(RequestFactory(detainee=two.house.paul), unit=theirs)
    with pytest.raises(IntegrityError, match="passes to no other"):
        as_owner(two.second, establishment=unit_b.establishment)


def test_request_is_forwarded_by_a_unit_of_its_house_and_leaves_nothing_behind_otherwise(
    two: TwoUnits, unit_b: Unit
) -> None:
    asked = RequestFactory(detainee=two.house.paul)
    with pytest.raises(IntegrityError, match="request_forwarded_from_here"):
        changed(asked, forwarded_from=unit_of(unit_b.establishment))
    asked.refresh_from_db()
    with pytest.raises(IntegrityError, match="request_left_behind_by_somebody"):
        changed(asked, left_behind={"discipline": "psychiatry"})


def test_appointment_is_of_one_unit(two: TwoUnits, booked: Appointment) -> None:
    open_session(two.vidal, workday())
    theirs = KindFactory(
        establishment=two.house.establishment, unit=two.second, discipline=booked.kind.discipline, name="Of the other"
    )
    with pytest.raises(IntegrityError, match="of two units"):
        changed(booked, kind=theirs)
    booked.refresh_from_db()
    with pytest.raises(IntegrityError, match="of two units"):
        as_owner(booked, agenda=two.vidal, session=two.vidal.sessions.get())


def test_request_rests_on_appointments_and_kinds_of_its_unit(two: TwoUnits, booked: Appointment) -> None:
    asked = RequestFactory(detainee=two.house.paul)
    with pytest.raises(IntegrityError, match="request_kind_of_unit"):
        changed(asked, kind=two.interview, discipline="")
    asked.refresh_from_db()
    changed(asked, status="planned", appointment=booked)
    with pytest.raises(IntegrityError, match="of two units"):
        changed(asked, unit=two.second)
    asked.refresh_from_db()
    with pytest.raises(IntegrityError, match="of two units"):
        changed(asked, status="open", appointment=None, returned_from=booked, unit=two.second)
    assert Request.objects.get().unit == two.first
    # Nor does the appointment go over to the other unit, whole, while the request rests on it.
    open_session(two.vidal, workday())
    with pytest.raises(IntegrityError, match="of two units"):
        as_owner(booked, agenda=two.vidal, kind=two.interview, session=two.vidal.sessions.get())


def test_care_opens_no_unit_and_the_accounts_door_reads_names_alone(two: TwoUnits, ada: User, login: Login) -> None:
    with login("care") as care, pytest.raises(errors.InsufficientPrivilege):
        care.execute("UPDATE appointments_careunit SET name = 'Mine'")
    accounts = login("accounts")
    seen = "SELECT name FROM appointments_careunit ORDER BY name"
    assert accounts.execute(seen).fetchall() == []
    assert [name for (name,) in standing(accounts, ada.pk).execute(seen)] == ["SMPR", "Unité sanitaire"]
    with pytest.raises(errors.InsufficientPrivilege):
        accounts.execute("SELECT sees_arrivals FROM appointments_careunit")
    assert CareUnit.objects.count() == 2
