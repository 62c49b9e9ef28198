"""The publication times, as the head of unit sets them."""

from __future__ import annotations

from datetime import date

import pytest

from access.models import User
from tests.doors import AtDoor
from tests.reading import words_at


def test_head_of_unit_adds_and_removes_publication_times(publication_day: date, helene: User, at_door: AtDoor) -> None:
    browser = at_door(helene)

    browser.post("/planning/publications", {"change": "add", "at": "17:00"})
    browser.post("/planning/publications", {"change": "remove", "at": "08:30"})
    page = words_at(browser, "/planning/")

    assert "17:00 from tomorrow Remove" in page
    assert "08:30 until tonight" in page
    assert "Saved. From tomorrow, lists go out at 17:00 too." in page


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"change": "add", "at": "15:30"}, "This is already a publication time."),
        ({"change": "add", "at": "9 o'clock"}, "Enter a valid time."),
        ({"change": "remove", "at": "09:00"}, "This is not a publication time any longer."),
    ],
)
def test_refused_change_says_why_on_the_planning_page(
    sent: dict[str, str], sentence: str, publication_day: date, helene: User, at_door: AtDoor
) -> None:
    response = at_door(helene).post("/planning/publications", sent)

    assert response.status_code == 422
    assert sentence in response.content.decode()
