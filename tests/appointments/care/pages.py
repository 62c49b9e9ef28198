"""What tests of several pages of the care door share: asking for a part, many people on one day, what a page costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from tests.conftest import Unit
from tests.factories import DetaineeFactory, appointment, open_session

# How htmx asks: only for the part that it puts into the page.
AS_PANEL = {"HX-Request": "true"}


def queries_of(ask: Callable[[], HttpResponse]) -> int:
    """How many questions one page asks the database."""
    with CaptureQueriesContext(connection) as captured:
        assert ask().status_code == 200
    return len(captured)


def crowd(unit: Unit, number: int, day: date) -> None:
    """So many people booked with the doctor on one day, ten minutes each."""
    session = open_session(unit.doctor, day, 8, 20, slot_minutes=10)
    for each in range(number):
        person = DetaineeFactory(establishment=unit.establishment, building=unit.building)
        start = session.starts_at + timedelta(minutes=10 * each)
        appointment(person, session, unit.consultation, start, minutes=10)
