"""Two units that know each other's keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from access.enums import Role
from access.models import User
from access.policy import give
from appointments.handover.keys import make_key, path_of
from appointments.models import Appointment, Detainee, PartnerUnit, Series
from tests.conftest import Unit
from tests.factories import DetaineeFactory, RequestFactory, appointment, local, member, open_session, workday


@pytest.fixture(autouse=True)
def keys(settings: Any, tmp_path: Path) -> Path:
    settings.CAREHUB_HANDOVER_KEYS = str(tmp_path)
    return tmp_path


def key_of(unit: Unit) -> str:
    """Make the unit's key as the hospital's IT does; return its public key."""
    path = path_of(unit.establishment.code)
    assert path is not None
    return make_key(path)


def knows(unit: Unit, other: Unit, recipient: str) -> PartnerUnit:
    return PartnerUnit.objects.create(
        establishment=unit.establishment,
        name=f"USMP {other.establishment.code}",
        recipient=recipient,
        verified_by_id=1,
        verified_by_name="Hélène",
    )


@pytest.fixture
def partner(unit_a: Unit, unit_b: Unit) -> PartnerUnit:
    """Unit B, whose key A has compared."""
    key_of(unit_a)
    return knows(unit_a, unit_b, key_of(unit_b))


@pytest.fixture
def head_b(unit_b: Unit) -> User:
    return member(Role.HEAD, unit_b.establishment, username="hugo")


@pytest.fixture
def both_manage(unit_a: Unit, unit_b: Unit, helene: User, head_b: User) -> None:
    for user, unit in ((helene, unit_a), (head_b, unit_b)):
        give(user, "manage_escorts", unit.establishment)


@pytest.fixture
def paul_there(unit_a: Unit, unit_b: Unit) -> Detainee:
    """Paul as unit B's own nominal list names him, under a number of that prison's."""
    person = Detainee.objects.get(pk=unit_b.paul.pk)
    person.register_number, person.birth_date = "99001", unit_a.paul.birth_date
    person.last_name, person.first_name = unit_a.paul.last_name, unit_a.paul.first_name
    person.save()
    return person


@pytest.fixture
def open_care(unit_a: Unit) -> Callable[[], list[Appointment]]:
    """Return a function that opens what Paul waits for at A: a request of two months, a series of three sessions."""

    def opened() -> list[Appointment]:
        place = unit_a.establishment
        asked = place.today() - timedelta(days=61)
        RequestFactory(
            detainee=unit_a.paul,
            kind=unit_a.consultation,
            received_on=asked,
            due_on=asked + timedelta(days=30),
            times_asked=3,
            last_asked_on=asked + timedelta(days=20),
            note="Douleur dentaire",
        )
        series = Series.objects.create(establishment=place, detainee=unit_a.paul, rule="FREQ=WEEKLY;COUNT=3")
        rows = []
        for days in (7, 14, 21):
            day = workday(days)
            session = open_session(unit_a.psychiatrist, day)
            at = local(place, day, 10, 40)
            rows.append(appointment(unit_a.paul, session, unit_a.psychiatry, at, minutes=30, series=series))
        return rows

    return opened


def somebody(unit: Unit, **fields: Any) -> Detainee:
    return DetaineeFactory(establishment=unit.establishment, building=unit.building, **fields)


def in_days(days: int) -> Any:
    return timezone.now() + timedelta(days=days)
