"""What one booking asks of the database, and for whom it has to wait."""

from __future__ import annotations

import re
from contextlib import nullcontext
from datetime import time
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from access.models import User
from appointments import booking
from appointments.booking import BookingRefused
from appointments.models import Appointment, ArrivalTime, Detainee
from tests.conftest import Unit
from tests.factories import local, open_session, workday
from tests.wall.conftest import open_connection

MARKS = ("SAVEPOINT", "RELEASE SAVEPOINT")


def booked(unit: Unit, person: Detainee, by: User, hour: int, minute: int = 0) -> Appointment:
    at = local(unit.establishment, workday(1), hour, minute)
    return booking.book(by=by, detainee=person, agenda=unit.doctor, kind=unit.consultation, starts_at=at)


def brings_two(unit: Unit) -> None:
    ArrivalTime.objects.filter(establishment=unit.establishment).update(most_people=2)


def test_a_booking_asks_four_things(unit_a: Unit, alice: User) -> None:
    open_session(unit_a.doctor, workday(1))
    brings_two(unit_a)

    with CaptureQueriesContext(connection) as queries:
        booked(unit_a, unit_a.paul, alice, 9, 20)

    asked = [each["sql"] for each in queries if not each["sql"].startswith(MARKS)]
    named = [re.findall(r"(?:appointments|access)_\w+", sql) for sql in asked]
    # The locks are taken in the same statement, before what they guard is read.
    assert named[0] == ["appointments_rights", "appointments_at_hand", "appointments_hold_to_book"]
    assert [names[0] for names in named] == [
        "appointments_rights",
        "appointments_movement",
        "appointments_appointment",
        "access_write_lines",
    ]
    assert named[2] == ["appointments_appointment", "appointments_appointmentchange"]


def test_the_person_is_told_as_the_registry_has_them_by_then(unit_a: Unit, alice: User) -> None:
    open_session(unit_a.doctor, workday(1))
    moved = Detainee.objects.get(pk=unit_a.paul.pk)
    Detainee.objects.filter(pk=moved.pk).update(building=unit_a.other_building, cell="Z 9")

    made = booked(unit_a, moved, alice, 9, 20)

    assert made.movement is not None
    assert (made.movement.building_id, made.movement.cell) == (unit_a.other_building.pk, "Z 9")
    assert made.detainee.building == unit_a.other_building


@pytest.mark.django_db(transaction=True)
class TestWhomABookingWaitsFor:
    """Somebody else is about to take a place among those whom officers can bring at half past nine."""

    def lock(self, unit: Unit) -> str:
        then = ArrivalTime.objects.get(establishment=unit.establishment, at=time(9, 30))
        return f"SELECT FROM appointments_arrivaltime WHERE id = {then.pk} FOR NO KEY UPDATE"

    def test_at_another_arrival_time_for_nobody(self, unit_a: Unit, alice: User) -> None:
        open_session(unit_a.doctor, workday(1))
        brings_two(unit_a)

        with open_connection("owner") as somebody_else, somebody_else.transaction():
            somebody_else.execute(self.lock(unit_a))
            made = booked(unit_a, unit_a.paul, alice, 10, 40)

        assert made.called_at == local(unit_a.establishment, workday(1), 10, 30)

    @pytest.mark.parametrize(
        ("hour", "around"),
        [(9, nullcontext), (10, transaction.atomic)],
        ids=["same arrival time", "more may follow in the transaction"],
    )
    def test_at_the_same_and_where_more_may_follow_for_them(
        self, hour: int, around: Any, unit_a: Unit, alice: User
    ) -> None:
        open_session(unit_a.doctor, workday(1))
        brings_two(unit_a)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")

        with open_connection("owner") as somebody_else, somebody_else.transaction():
            somebody_else.execute(self.lock(unit_a))
            with pytest.raises(OperationalError, match="lock timeout"), around():
                booked(unit_a, unit_a.paul, alice, hour, 40)

        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
        assert not Appointment.objects.exists()

    def test_the_last_place_is_given_once(self, unit_a: Unit, alice: User) -> None:
        open_session(unit_a.doctor, workday(1))
        ArrivalTime.objects.filter(establishment=unit_a.establishment).update(most_people=1)

        booked(unit_a, unit_a.paul, alice, 9, 40)

        with pytest.raises(BookingRefused) as refused:
            booked(unit_a, unit_a.karim, alice, 10)
        assert refused.value.code == "brought"
