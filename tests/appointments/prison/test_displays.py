"""A screen on a wall: read-only, opened and closed by the unit's officers, with as much of a name as they chose."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from access.enums import Role
from access.models import AuditEntry, User
from appointments.models import Movement
from appointments.prison.models import WallDisplay
from tests.conftest import Unit
from tests.doors import AtDoor, DoorClient
from tests.factories import local, member
from tests.reading import words_of


@pytest.fixture
def expected(unit_a: Unit) -> Any:
    """At 9:15 Paul is expected since half past eight, Karim at half past nine, and Zola at two in the afternoon."""
    now = datetime.now(unit_a.establishment.zone).replace(hour=9, minute=15, second=0, microsecond=0)
    with time_machine.travel(now, tick=False):
        day = timezone.localdate(timezone=unit_a.establishment.zone)
        for person, hour, minute, fields in (
            (unit_a.paul, 8, 30, {}),
            (unit_a.karim, 9, 30, {}),
            (unit_a.karim, 14, 0, {"last_name": "Zola", "register_number": "3"}),
        ):
            words = ("building", "cell", "last_name", "first_name", "register_number")
            Movement.objects.create(
                establishment=unit_a.establishment,
                expected_at=local(unit_a.establishment, day, hour, minute),
                **{**{word: getattr(person, word) for word in words}, **fields},
            )
        yield


def open_screen(browser: DoorClient, names: str = "short") -> str:
    """Open a screen and return its path, which is shown this once."""
    page = browser.post("/displays/open", {"label": "Poste US", "names": names}, follow=True).content.decode()
    [path] = re.findall(r'value="https?://[^/]+(/wall/[^"]+)"', page)
    assert path not in browser.get("/settings").content.decode()
    return path


def seen(path: str, *, status: int = 200) -> str:
    """What hangs on the wall, in a browser in which nobody is signed in."""
    response = DoorClient("prison").get(path)
    assert response.status_code == status
    return words_of(response.content.decode())


@pytest.mark.parametrize(
    ("names", "shown", "hidden"),
    [("short", "DURAND P.", "DURAND Paul"), ("full", "DURAND Paul", "∅"), ("none", "A-2-214", "DURAND")],
)
def test_screen_shows_who_is_late_and_who_comes_next_and_of_names_what_was_chosen(
    names: str, shown: str, hidden: str, expected: Any, olga: User, at_door: AtDoor
) -> None:
    path = open_screen(at_door(olga), names)

    for address in (path, f"{path}/lines"):
        said = seen(address)
        assert shown in said
        assert hidden not in said
        assert re.search(r"08:30 A-2-214.*▲ Late, Expected.*09:30 B-1-101", said)
        assert "At 14:00, 1 person." in said
        assert "ZOLA" not in said
        assert "<button" not in said
    assert 'type="submit"' not in DoorClient("prison").get(path).content.decode()


def test_closed_screen_shows_nothing_from_its_next_question_on(expected: Any, olga: User, at_door: AtDoor) -> None:
    browser = at_door(olga)
    path = open_screen(browser)
    display = WallDisplay.objects.using("prison").get()

    assert browser.post(f"/displays/{display.pk}/close").status_code == 302

    assert DoorClient("prison").get(path).status_code == 404
    assert seen(f"{path}/lines", status=404) == "This wall display is closed."
    verbs = AuditEntry.objects.using("prison").filter(verb__contains="display").order_by("id")
    assert list(verbs.values_list("verb", "username")) == [("open_display", "olga"), ("close_display", "olga")]


def test_screen_ends_at_its_day_and_no_other_address_opens_one(expected: Any, olga: User, at_door: AtDoor) -> None:
    path = open_screen(at_door(olga))
    digest = WallDisplay.objects.using("prison").get().digest

    for other in (f"{path}x", f"/wall/{digest}", "/wall/x", f"/wall/{'9' * 300}"):
        assert DoorClient("prison").get(other).status_code == 404
    with time_machine.travel(timezone.now() + timedelta(days=181), tick=False):
        assert DoorClient("prison", is_served=False).get(path).status_code == 404


def test_floor_officers_and_the_movement_office_open_and_close_no_screen(
    expected: Any, unit_a: Unit, unit_b: Unit, oscar: User, olga: User, at_door: AtDoor
) -> None:
    open_screen(at_door(olga))
    display = WallDisplay.objects.using("prison").get()
    maya = member(Role.MOVEMENT_OFFICE, unit_a.establishment, username="maya")
    elsewhere = member(Role.UNIT_OFFICER, unit_b.establishment, username="omar")

    for user, status in ((oscar, 403), (maya, 403), (elsewhere, 404)):
        assert at_door(user).post(f"/displays/{display.pk}/close").status_code == status
    assert at_door(oscar).post("/displays/open", {"label": "x", "names": "full"}).status_code == 403
    for wrong in ({"label": "", "names": "full"}, {"label": "x", "names": "all"}, {"label": "x" * 41, "names": "none"}):
        assert at_door(olga).post("/displays/open", wrong).status_code == 422
    assert WallDisplay.objects.using("prison").filter(revoked_at=None).count() == 1
