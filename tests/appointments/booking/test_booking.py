"""Booking rules: what a nurse may book, move and cancel, and what the floor learns of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from access.models import AuditEntry, User
from appointments import booking
from appointments.models import Movement
from appointments.models.enums.appointment import CancelReason, Status
from tests.conftest import Unit
from tests.doors import through
from tests.factories import local, open_session, workday


def test_booking_writes_the_neutral_movement_at_the_arrival_time(unit_a: Unit, alice: User) -> None:
    day = workday(1)
    open_session(unit_a.doctor, day)

    with through("care"):
        made = booking.book(
            by=alice,
            detainee=unit_a.paul,
            agenda=unit_a.doctor,
            kind=unit_a.consultation,
            starts_at=local(unit_a.establishment, day, 9, 50),
        )

    movement = Movement.objects.get()
    assert made.movement == movement
    assert movement.expected_at == local(unit_a.establishment, day, 9, 30)
    assert (
        movement.last_name,
        movement.first_name,
        movement.register_number,
        movement.cell,
        movement.building,
    ) == (
        "Durand",
        "Paul",
        "004217",
        "A-2-214",
        unit_a.building,
    )
    assert AuditEntry.objects.get(verb="book").username == "alice"


def test_cancelling_withdraws_the_movement_only_when_nothing_else_uses_it(unit_a: Unit, helene: User) -> None:
    day = workday(1)
    open_session(unit_a.doctor, day)
    open_session(unit_a.psychiatrist, day)
    with through("care"):
        first = booking.book(
            by=helene,
            detainee=unit_a.paul,
            agenda=unit_a.doctor,
            kind=unit_a.consultation,
            starts_at=local(unit_a.establishment, day, 9, 30),
        )
        second = booking.book(
            by=helene,
            detainee=unit_a.paul,
            agenda=unit_a.psychiatrist,
            kind=unit_a.psychiatry,
            starts_at=local(unit_a.establishment, day, 9, 50),
        )
        assert Movement.objects.count() == 1

        booking.cancel(by=helene, appointment=first, revision=first.revision, reason=CancelReason.UNIT_POSTPONED)
        assert Movement.objects.count() == 1

        booking.cancel(by=helene, appointment=second, revision=second.revision, reason=CancelReason.UNIT_POSTPONED)
    assert Movement.objects.count() == 0


@pytest.mark.parametrize(("code", "hour", "minute"), [("closed", 12, 30), ("closed", 7, 50), ("closed", 11, 50)])
def test_booking_outside_opening_hours_is_refused(unit_a: Unit, alice: User, code: str, hour: int, minute: int) -> None:
    day = workday(1)
    open_session(unit_a.doctor, day)

    with through("care"), pytest.raises(booking.BookingRefused) as refusal:
        booking.book(
            by=alice,
            detainee=unit_a.paul,
            agenda=unit_a.doctor,
            kind=unit_a.consultation,
            starts_at=local(unit_a.establishment, day, hour, minute),
        )

    assert refusal.value.code == code
    assert Movement.objects.count() == 0


def test_overlap_of_practitioner_and_of_person_are_refused_by_the_database(unit_a: Unit, helene: User) -> None:
    day = workday(1)
    open_session(unit_a.doctor, day)
    open_session(unit_a.psychiatrist, day)
    nine = local(unit_a.establishment, day, 9)
    with through("care"):
        booking.book(by=helene, detainee=unit_a.paul, agenda=unit_a.doctor, kind=unit_a.consultation, starts_at=nine)
        with pytest.raises(booking.BookingRefused) as taken:
            booking.book(
                by=helene,
                detainee=unit_a.karim,
                agenda=unit_a.doctor,
                kind=unit_a.consultation,
                starts_at=nine + timedelta(minutes=10),
            )
        with pytest.raises(booking.BookingRefused) as person:
            booking.book(
                by=helene,
                detainee=unit_a.paul,
                agenda=unit_a.psychiatrist,
                kind=unit_a.psychiatry,
                starts_at=nine,
            )

    assert (taken.value.code, person.value.code) == ("taken", "person")


def test_moving_an_appointment_that_a_colleague_changed_is_refused(unit_a: Unit, alice: User) -> None:
    day = workday(1)
    open_session(unit_a.doctor, day)
    with through("care"):
        made = booking.book(
            by=alice,
            detainee=unit_a.paul,
            agenda=unit_a.doctor,
            kind=unit_a.consultation,
            starts_at=local(unit_a.establishment, day, 9),
        )
        booking.move(
            by=alice,
            appointment=made,
            revision=1,
            agenda=unit_a.doctor,
            starts_at=local(unit_a.establishment, day, 10, 40),
        )
        with pytest.raises(booking.ChangedMeanwhile):
            booking.move(
                by=alice,
                appointment=made,
                revision=1,
                agenda=unit_a.doctor,
                starts_at=local(unit_a.establishment, day, 11),
            )

    assert Movement.objects.get().expected_at == local(unit_a.establishment, day, 10, 30)


def test_booking_in_an_agenda_that_one_only_sees_is_refused(unit_a: Unit, alice: User) -> None:
    day = workday(1)
    open_session(unit_a.psychiatrist, day)

    with through("care"), pytest.raises(booking.BookingRefused) as refusal:
        booking.book(
            by=alice,
            detainee=unit_a.paul,
            agenda=unit_a.psychiatrist,
            kind=unit_a.psychiatry,
            starts_at=local(unit_a.establishment, day, 9),
        )

    assert refusal.value.code == "right"
    assert Status.BOOKED == "booked"
