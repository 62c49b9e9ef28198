"""Invented days for the browser tests: what stands in the agenda before somebody looks at it."""

from __future__ import annotations

import time
from datetime import date, timedelta

from django.utils import timezone

from access.models import Establishment
from appointments.models import Movement
from appointments.prison.models import Edition
from tests.conftest import Unit
from tests.factories import appointment, local, open_session


def here(establishment: Establishment, *, days: int = 0) -> date:
    """Today (or some days later) at the establishment."""
    return timezone.localdate(timezone=establishment.zone) + timedelta(days=days)


def published(unit: Unit) -> None:
    """Wait until the courier has brought what was set up: the prison side knows the unit, and its lists are there."""
    lines = Movement.objects.filter(establishment=unit.establishment, visible_from=None)
    wanted = {str(key) for key in lines.values_list("pk", flat=True)}
    editions = Edition.objects.using("prison").filter(establishment=unit.establishment.pk)
    deadline = time.monotonic() + 45
    while not editions.exists() or not wanted <= {line["id"] for edition in editions.all() for line in edition.lines}:
        assert time.monotonic() < deadline, "The courier does not bring the lists."
        time.sleep(0.1)


def fill(unit: Unit) -> None:
    """Today and tomorrow each have a doctor's morning with Paul (building A) at 09:40 and Karim (B) at 10:50."""
    for days in (0, 1):
        expect_paul_and_karim(unit, here(unit.establishment, days=days))


def expect_paul_and_karim(unit: Unit, day: date) -> None:
    """Paul (building A) sees the doctor at 09:40, Karim (building B) at 10:50."""
    session = open_session(unit.doctor, day)
    appointment(unit.paul, session, unit.consultation, local(unit.establishment, day, 9, 40))
    appointment(unit.karim, session, unit.consultation, local(unit.establishment, day, 10, 50))
    published(unit)
