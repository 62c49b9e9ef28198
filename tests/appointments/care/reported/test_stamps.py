"""What an open page asks again is answered from a stamp, without a look at an appointment, until something changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.models import User
from appointments import booking
from appointments.models import Appointment
from appointments.models.enums.appointment import CancelReason
from tests.conftest import Unit
from tests.doors import AtDoor, was_reached
from tests.factories import appointment, local, open_session, workday

POLLS = ("/reported/{day}", "/waiting-room/rows?on=home")


@pytest.fixture
def expected(unit_a: Unit) -> Appointment:
    day = workday(1)
    session = open_session(unit_a.doctor, day)
    return appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 9, 40))


@pytest.mark.parametrize("poll", POLLS)
def test_unchanged_poll_reads_no_appointment_and_writes_nothing(
    poll: str, expected: Appointment, alice: User, at_door: AtDoor
) -> None:
    browser, path = at_door(alice), poll.format(day=workday(1))
    with time_machine.travel(timezone.now().replace(second=20), tick=False):
        was_reached()
        tag = browser.get(path).headers["ETag"]
        with CaptureQueriesContext(connection) as queries:
            again = browser.get(path, headers={"If-None-Match": tag})

    asked = [each["sql"] for each in queries if "ROLE" not in each["sql"]]
    assert again.status_code == 304
    assert not [sql for sql in asked if '"appointments_appointment"' in sql or sql.startswith(("UPDATE", "INSERT"))]
    assert len(asked) <= 6


@pytest.mark.parametrize("poll", POLLS)
def test_stamp_of_somebody_else_is_nothing_to_me(
    poll: str, expected: Appointment, alice: User, bob: User, at_door: AtDoor
) -> None:
    path = poll.format(day=workday(1))
    with time_machine.travel(timezone.now().replace(second=20), tick=False):
        was_reached()
        hers, his = (at_door(each).get(path).headers["ETag"] for each in (alice, bob))

    assert hers.split(".")[0] != his.split(".")[0]


@pytest.mark.parametrize("poll", POLLS)
def test_booking_of_a_colleague_and_the_next_minute_are_looked_at(
    poll: str, expected: Appointment, unit_a: Unit, alice: User, bob: User, at_door: AtDoor
) -> None:
    browser, path = at_door(alice), poll.format(day=workday(1))
    moment = timezone.now().replace(second=20)
    with time_machine.travel(moment, tick=False):
        was_reached()
        before = browser.get(path).headers["ETag"]
        booking.cancel(by=alice, appointment=expected, revision=1, reason=CancelReason.UNIT_POSTPONED)
        changed = browser.get(path, headers={"If-None-Match": before}).headers["ETag"]
    with time_machine.travel(moment + timedelta(minutes=1), tick=False):
        was_reached()
        later = browser.get(path, headers={"If-None-Match": changed}).headers["ETag"]

    assert len({tag.split(".")[0] for tag in (before, changed, later)}) == 3


def test_officers_side_left_behind_is_looked_at_each_time(expected: Appointment, alice: User, at_door: AtDoor) -> None:
    browser, path = at_door(alice), f"/reported/{workday(1)}"
    was_reached(ago=timedelta(hours=1))

    assert "." not in browser.get(path).headers["ETag"]
