"""What `make torture` counts by: it sees what is lost, what is there twice, and what is half there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from appointments.models import Appointment, Movement, MovementEvent
from carehub.tools.torture.load import Load
from carehub.tools.torture.world import NIGHTS, REGISTER, Wish, World
from tests.conftest import Unit
from tests.factories import appointment, open_session, workday


@pytest.fixture
def load(unit_a: Unit) -> Load:
    """Paul's appointment of tomorrow is acknowledged, and two taps of a line."""
    session = open_session(unit_a.doctor, workday(1))
    made = appointment(unit_a.paul, session, unit_a.consultation, session.starts_at)
    place = unit_a.establishment
    found = Load(World(place, [unit_a.doctor.pk], unit_a.consultation.pk, [unit_a.paul.pk] * 99, 1, {}), 0)
    found.booked.append((Wish(unit_a.paul.pk, unit_a.doctor.pk, unit_a.consultation.pk, made.starts_at), 0.0))
    number = f"{REGISTER}T001"
    for state in ("called", "left"):
        MovementEvent.objects.create(
            establishment=place, register_number=number, expected_at=made.starts_at, state=state, at=made.starts_at
        )
        found.tapped.append((number, state, 0.0))
    return found


def counts(load: Load) -> tuple[int, int, int]:
    found = load.counted()
    return found.lost, found.doubled, found.half


def test_what_is_there_once_and_whole_is_counted_as_such(load: Load) -> None:
    assert load.counted().acknowledged == 3
    assert counts(load) == (0, 0, 0)


def test_lost_doubled_and_half_written_are_seen(load: Load, unit_a: Unit) -> None:
    [(wish, _begun)] = load.booked
    load.booked.append((Wish(unit_a.karim.pk, wish.agenda, wish.kind, wish.at), 0.0))
    load.tapped.append((f"{REGISTER}T001", "arrived", 0.0))
    assert counts(load) == (2, 0, 0)

    MovementEvent.objects.create(
        establishment=unit_a.establishment,
        register_number=f"{REGISTER}T001",
        expected_at=wish.at,
        state="left",
        at=wish.at + timedelta(minutes=1),
    )
    assert counts(load)[1] == 1

    with connection.cursor() as cursor:
        # A movement that shows another cell than the person's: what a half-done change would leave.
        cursor.execute("UPDATE appointments_movement SET cell = 'Z-9'")
    assert Movement.objects.count() == Appointment.objects.count() == 1
    assert counts(load)[2] == 1


def test_nights_of_the_changed_clocks_offer_no_hour_that_is_missing_and_none_twice(load: Load) -> None:
    times = [wish.at for wish in load.world.of_the_nights()]
    spring = {at.hour for at in times if at.date() == NIGHTS[0]}
    autumn = [at for at in times if at.date() == NIGHTS[1]]
    zone = load.world.place.zone
    assert str(zone) == "Europe/Paris"
    assert spring == {0, 1, 3}
    assert len(autumn) == len(set(autumn)) == 24
