"""The head of unit settles how late somebody may come; nobody else does, and no nonsense."""

from __future__ import annotations

import pytest

from access.models import User
from appointments.models import DelaySettings
from appointments.statistics.delays import tolerance_of
from tests.conftest import Unit
from tests.doors import AtDoor


def test_head_settles_the_tolerance_and_finds_it_again(unit_a: Unit, helene: User, at_door: AtDoor) -> None:
    browser = at_door(helene)
    assert 'value="30"' in browser.get(browser.url("planning")).text

    for minutes in (45, 20):
        assert browser.post(browser.url("planning_tolerance"), {"minutes": minutes}).status_code == 302
        assert tolerance_of(unit_a.establishment) == minutes
    assert 'value="20"' in browser.get(browser.url("planning")).text
    assert DelaySettings.objects.count() == 1


@pytest.mark.parametrize("minutes", ["", "4", "241", "-30", "half an hour", "30.5", "9" * 30])
def test_nonsense_is_refused_and_stays_in_the_field(unit_a: Unit, helene: User, at_door: AtDoor, minutes: str) -> None:
    browser = at_door(helene)

    answer = browser.post(browser.url("planning_tolerance"), {"minutes": minutes})

    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert f'value="{minutes}"' in answer.text or not minutes
    assert tolerance_of(unit_a.establishment) == 30


def test_nurse_settles_nothing(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
    browser = at_door(alice)

    assert browser.post(browser.url("planning_tolerance"), {"minutes": 60}).status_code == 403
    assert tolerance_of(unit_a.establishment) == 30
