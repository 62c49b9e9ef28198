"""A load of the invented establishments happens whole or not at all, in both databases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import transaction

from access.models import Building, Establishment, User
from appointments.models import Appointment
from appointments.prison.models import Edition
from carehub.tools import demo
from tests import demonstration
from tests.demonstration import take_away_everything

SIDES = ("default", "prison")


def test_interrupted_load_leaves_nothing(db: None) -> None:
    class Interrupted(Exception):
        pass

    def interrupt(line: str) -> None:
        if "appointments" in line:
            assert User.objects.using("prison").exists()
            raise Interrupted

    with pytest.raises(Interrupted):
        demo.load(progress=interrupt)

    assert not demo.is_loaded()
    for side in SIDES:
        assert not User.objects.using(side).exists()
        assert not Establishment.objects.using(side).exists()


@pytest.fixture
def shown(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The demonstration, loaded, at that moment."""
    with django_db_blocker.unblock(), demonstration.loaded() as found, time_machine.travel(found.moment):
        yield


@pytest.mark.slow
def test_load_that_was_killed_between_its_two_commits_is_begun_again_and_a_lost_side_is_told_from_it(
    shown: None,
) -> None:
    there = {model: model.objects.using("prison").count() for model in (User, Building, Establishment, Edition)}
    assert there[Edition] == 8
    with transaction.atomic(using="prison"):
        take_away_everything("prison")
        with pytest.raises(demo.PartLostError):
            demo.is_loaded()
        transaction.set_rollback(True, using="prison")
    take_away_everything("default")
    assert not demo.is_loaded()

    demo.load(progress=lambda _line: None)

    assert demo.is_loaded()
    assert {model: model.objects.using("prison").count() for model in there} == there
    assert Appointment.objects.exists()
