"""The hours at which people are called: what a change moves, and what is refused."""

from __future__ import annotations

from datetime import time

import pytest

from access.models import User
from appointments.models import ArrivalTime
from tests.conftest import Unit
from tests.factories import appointment, local, open_session, workday


def test_arrival_time_shows_whom_it_moves_before_it_changes(unit_a: Unit, helene: User, at_door) -> None:
    browser, day = at_door(helene), workday(1)
    appointment(
        unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(unit_a.establishment, day, 9, 40)
    )
    address = browser.url("planning_arrivals")

    shown = browser.get(address, {"change": "remove", "at": "09:30"})
    assert "<strong>1 person</strong> will be called at another time." in shown.text
    assert ArrivalTime.objects.filter(at=time(9, 30)).exists()
    done = browser.post(address, {"change": "remove", "at": "09:30"}, follow=True)

    assert "1 appointment is called at another time." in done.text
    assert not ArrivalTime.objects.filter(establishment=unit_a.establishment, at=time(9, 30)).exists()


@pytest.mark.parametrize(
    "typed",
    [
        {"change": "add"},
        {"change": "add", "at": "25:99"},
        {"change": "swap", "at": "09:00"},
        {"change": "add", "at": "08:30"},
    ],
)
def test_impossible_arrival_time_is_refused_with_a_sentence(unit_a: Unit, helene: User, at_door, typed) -> None:
    browser = at_door(helene)

    for answer in (
        browser.get(browser.url("planning_arrivals"), typed),
        browser.post(browser.url("planning_arrivals"), typed),
    ):
        assert answer.status_code == 422
        assert "error-summary" in answer.text
    assert ArrivalTime.objects.filter(establishment=unit_a.establishment).count() == 6


def test_page_of_arrival_times_opens_without_a_question(unit_a: Unit, helene: User, at_door) -> None:
    browser = at_door(helene)
    address = browser.url("planning_arrivals")

    opened, sent_empty = browser.get(address), browser.post(address)

    assert opened.status_code == 200
    assert "error-summary" not in opened.text
    assert sent_empty.status_code == 422


def test_needed_arrival_time_is_refused_with_the_appointments(unit_a: Unit, helene: User, at_door) -> None:
    browser, day = at_door(helene), workday(1)
    appointment(unit_a.paul, open_session(unit_a.doctor, day), unit_a.consultation, local(unit_a.establishment, day, 9))

    answer = browser.post(browser.url("planning_arrivals"), {"change": "remove", "at": "08:30"})

    assert answer.status_code == 422
    assert "DURAND Paul" in answer.text
