"""A small world of obstructed care, counted by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.utils import translation

from appointments.models import Appointment
from appointments.models.enums.appointment import CancelReason, Status
from tests.conftest import Unit
from tests.factories import local, open_session, paris_day

BACK = 10


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Labels are compared as words, whatever language the last page of another test was in."""
    with translation.override("en"):
        yield


def day(number: int = 0) -> date:
    """A day that is past, some days after the first of the small world."""
    return paris_day() - timedelta(days=BACK - number)


def past(unit: Unit, at: tuple[int, int, int], status: str, **fields: object) -> Appointment:
    """An appointment of the past: (day, hour, minute)."""
    number, hour, minute = at
    agenda = fields.pop("agenda", unit.doctor)
    starts_at = local(unit.establishment, day(number), hour, minute)
    session = agenda.sessions.filter(starts_at__lte=starts_at, ends_at__gt=starts_at).first()
    if session is None:
        half = (8, 12) if hour < 13 else (13, 17)
        session = open_session(agenda, day(number), *half, start_minute=0)
    fields.setdefault("detainee", unit.paul)
    return Appointment.objects.create(
        establishment=unit.establishment,
        agenda=agenda,
        session=session,
        kind=fields.pop("kind", unit.consultation),
        called_at=starts_at,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=20),
        status=status,
        **fields,
    )


@pytest.fixture
def small_world(unit_a: Unit) -> Unit:
    """Eleven people expected on three days: 3 seen, 1 came too late, 4 not brought, 2 of their own will, 1 open."""
    # A morning: of four expected two were not brought, so that the half-day is lost. Karim lives in B.
    past(unit_a, (0, 9, 0), Status.SEEN)
    past(unit_a, (0, 9, 30), Status.SEEN)
    past(unit_a, (0, 10, 0), Status.NOT_COME, not_come_declared="EFFECTIF")
    past(unit_a, (0, 10, 30), Status.NOT_COME, not_come_declared="PARLOIR", detainee=unit_a.karim)
    # The next: a refusal that only the prison reports, a confirmed one, one that care knows better, a mistake.
    past(unit_a, (1, 9, 0), Status.NOT_COME, not_come_declared="REF_DECL")
    past(unit_a, (1, 9, 30), Status.NOT_COME, not_come_declared="REF_DECL", not_come_reason="REF_CONF")
    past(unit_a, (1, 10, 0), Status.NOT_COME, not_come_declared="REF_DECL", not_come_reason="NON_APPELE")
    past(unit_a, (1, 10, 30), Status.CANCELLED, cancel_reason=CancelReason.MISTAKE)
    # An afternoon: the prison says a visit, care knows no more; nothing noted yet; too late to be seen; seen.
    past(unit_a, (1, 14, 0), Status.NOT_COME, not_come_declared="PARLOIR", not_come_reason="SANS_MOTIF")
    past(unit_a, (1, 15, 0), Status.BOOKED, detainee=unit_a.karim)
    past(unit_a, (2, 14, 0), Status.NOT_COME, not_come_reason="RETARD", detainee=unit_a.karim)
    past(unit_a, (2, 14, 30), Status.SEEN)
    return unit_a
