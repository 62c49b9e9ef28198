"""Who the tests of the care door share besides the cast."""

from __future__ import annotations

import pytest

from access.models import User
from access.policy import give
from appointments.models import Agenda
from tests.conftest import Unit
from tests.factories import AgendaFactory


@pytest.fixture
def colleague(unit_a: Unit, alice: User) -> Agenda:
    """Another general practitioner in whose agenda Alice books."""
    agenda = AgendaFactory(establishment=unit_a.establishment, name="Dr Aubry", position=3)
    give(alice, "view_agenda", agenda)
    give(alice, "book_agenda", agenda)
    return agenda
