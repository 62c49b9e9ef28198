"""Who waits beyond the tolerance, in one line of today's page."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine

from access.models import User
from appointments import booking
from appointments.models import Appointment, DelaySettings
from appointments.models.enums.movement import MovementState
from tests.appointments.booking.life import do, floor_says
from tests.appointments.care.pages import queries_of
from tests.conftest import Unit
from tests.doors import AtDoor
from tests.factories import DetaineeFactory, appointment, local
from tests.reading import tight


@pytest.fixture
def page(alice: User, at_door: AtDoor):
    """The line of today's page, read as often as asked."""
    browser = at_door(alice)

    def read() -> str:
        text = tight(browser.get(browser.url("home")).text)
        return text.split('id="late"')[1].split("</p>")[0] if 'id="late"' in text else ""

    return read


def test_who_has_not_arrived_is_named_once_the_tolerance_is_over(
    unit_a: Unit, at_nine_forty: Appointment, ten_o_clock: datetime, page
) -> None:
    # Called at 9:30, it is ten o'clock: exactly the half-hour is tolerated.
    assert page() == ""
    DelaySettings.objects.create(establishment=unit_a.establishment, tolerance=15)
    assert "Beyond 15 minutes" in page()
    assert "DURAND Paul" in page()
    assert "+30 min" in page()

    floor_says(at_nine_forty.movement, MovementState.IMPEDED, "PARLOIR")
    assert "DURAND" not in page()
    floor_says(at_nine_forty.movement, MovementState.ARRIVED)
    assert "DURAND" not in page()


def test_who_waits_to_be_seen_is_named_and_arrivals_are_counted(
    unit_a: Unit, at_nine_forty: Appointment, alice: User, ten_o_clock: datetime, page
) -> None:
    do(booking.arrive, alice, at_nine_forty)
    assert "today 0 of 1 arrived late, half within 30 min (1 of 1 times known)" in page()
    assert "nobody waits" in page()

    with time_machine.travel(ten_o_clock + timedelta(minutes=31), tick=False):
        assert "waiting to be seen" in page()
        do(booking.start, alice, at_nine_forty)
        assert "nobody waits" in page()


def test_line_takes_the_same_queries_for_few_and_many(
    unit_a: Unit, at_nine_forty: Appointment, alice: User, at_door: AtDoor
) -> None:
    browser = at_door(alice)
    home = browser.url("home")
    browser.get(home)
    few = queries_of(lambda: browser.get(home))
    session = at_nine_forty.session
    assert session is not None
    for minutes in range(0, 60, 5):
        person = DetaineeFactory(establishment=unit_a.establishment, building=unit_a.building)
        at = local(unit_a.establishment, at_nine_forty.starts_at.date(), 8, 35) + timedelta(minutes=minutes)
        appointment(person, session, unit_a.consultation, at, minutes=5)

    assert queries_of(lambda: browser.get(home)) == few
