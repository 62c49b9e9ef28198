"""What the tests of the agenda share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest
import time_machine
from django.utils import timezone

from appointments.models import Appointment
from tests.conftest import Unit
from tests.factories import appointment, local, open_session
from tests.published import early_there, publish_at


@pytest.fixture
def ten_o_clock(unit_a: Unit) -> Iterator[datetime]:
    """Ten in the morning at unit A; the clock stands still."""
    now = datetime.now(unit_a.establishment.zone).replace(hour=10, minute=0, second=0, microsecond=0)
    with time_machine.travel(now, tick=False):
        yield now


@pytest.fixture
def at_nine_forty(unit_a: Unit, ten_o_clock: datetime) -> Appointment:
    """Paul is expected today at 9:40, called at 9:30; it is ten o'clock."""
    session = open_session(unit_a.doctor, ten_o_clock.date())
    return appointment(
        unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, ten_o_clock.date(), 9, 40)
    )


@pytest.fixture
def publication_day(unit_a: Unit) -> date:
    """Today in unit A, where it is past six in the morning and lists go out at 05:30, 08:30 and 15:30."""
    early_there(unit_a.establishment)
    publish_at(unit_a.establishment)
    return timezone.localdate(timezone=unit_a.establishment.zone)
