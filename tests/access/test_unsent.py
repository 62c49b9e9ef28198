"""Forms that come after their session has ended: what was typed waits for its sender, and for nobody else."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from access.models import Establishment, User
from appointments.models import Request
from tests.conftest import Unit
from tests.doors import AtDoor, DoorClient

INPUT = re.compile(r'<input\s+type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"')


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(timezone.now(), tick=False) as moment:
        yield moment


def hidden(page: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in INPUT.findall(page)}


def typed(browser: DoorClient, unit: Unit) -> dict[str, str]:
    """What a carer typed about a request, with what the page's form carries by itself."""
    page = browser.get(f"/requests/new?person={unit.paul.pk}").content.decode()
    own = {name: value for name, value in hidden(page).items() if name.startswith("carehub_")}
    today = unit.establishment.today().isoformat()
    said = {"within": "9", "source": "letter", "received_on": today, "note": "Toothache since Monday"}
    return {**own, "person": str(unit.paul.pk), **said}


def sent_too_late(unit: Unit, user: User, at_door: AtDoor, clock: Any) -> tuple[Any, str]:
    """Return the answer to a form that came after the idle limit, and its address."""
    browser = at_door(user)
    address = browser.url("request_new")
    form = typed(browser, unit)
    clock.shift(settings.SESSION_COOKIE_AGE + 1)
    return browser.post(address, form), address


def test_what_was_typed_is_sent_again_by_the_same_person(
    unit_a: Unit, alice: User, at_door: AtDoor, clock: Any
) -> None:
    answer, address = sent_too_late(unit_a, alice, at_door, clock)
    page = answer.content.decode()

    assert answer.status_code == 401
    assert "Toothache" not in page
    assert Request.objects.count() == 0
    assert at_door(alice).post(address, hidden(page)).status_code == 302
    assert Request.objects.get().note == "Toothache since Monday"


def test_what_was_typed_stays_where_the_person_has_not_signed_in_yet(
    unit_a: Unit, alice: User, at_door: AtDoor, clock: Any
) -> None:
    answer, address = sent_too_late(unit_a, alice, at_door, clock)

    again = DoorClient("care").post(address, hidden(answer.content.decode()))

    assert again.status_code == 401
    assert at_door(alice).post(address, hidden(again.content.decode())).status_code == 302


@pytest.mark.parametrize("as_theirs", [False, True])
def test_somebody_else_gets_nothing_of_it(
    unit_a: Unit, alice: User, bob: User, at_door: AtDoor, clock: Any, as_theirs: bool
) -> None:
    answer, address = sent_too_late(unit_a, alice, at_door, clock)
    form = hidden(answer.content.decode())
    other = at_door(bob)
    if as_theirs:
        form["carehub_who"] = hidden(other.get("/my-account").content.decode())["carehub_who"]

    refused = other.post(address, form)

    assert refused.status_code == 409
    assert "Toothache" not in refused.content.decode()
    assert Request.objects.count() == 0


def test_after_the_idle_limit_nobody_gets_it(unit_a: Unit, alice: User, at_door: AtDoor, clock: Any) -> None:
    answer, address = sent_too_late(unit_a, alice, at_door, clock)
    clock.shift(settings.SESSION_COOKIE_AGE + 1)

    assert at_door(alice).post(address, hidden(answer.content.decode())).status_code == 409
    assert Request.objects.count() == 0


def test_what_is_kept_of_one_form_is_sent_to_no_other_address(
    unit_a: Unit, alice: User, at_door: AtDoor, clock: Any
) -> None:
    answer, _address = sent_too_late(unit_a, alice, at_door, clock)

    assert at_door(alice).post("/obstruction/note", hidden(answer.content.decode())).status_code == 409


def test_passwords_are_not_kept_and_signing_in_keeps_nothing(ada: User, at_door: AtDoor, clock: Any) -> None:
    browser = at_door(ada)
    who = hidden(browser.get("/my-account").content.decode())["carehub_who"]
    clock.shift(settings.SESSION_COOKIE_AGE + 1)

    answer = browser.post("/my-account", {"carehub_who": who, "password": "correct horse"})
    page = answer.content.decode()

    assert answer.status_code == 401
    assert "correct horse" not in page


def test_without_javascript_a_form_older_than_the_session_is_sent_again_by_hand(
    unit_a: Unit, alice: User, clock: Any
) -> None:
    browser = DoorClient("care", enforce_csrf_checks=True).sign_in(alice)
    form = typed(browser, unit_a)
    browser.cookies.pop("carehub_care_csrf")
    address = browser.url("request_new")

    refused = browser.post(address, form)
    again = browser.post(address, hidden(refused.content.decode().split("<main", 1)[1]))

    assert refused.status_code == 403
    assert Request.objects.get().note == "Toothache since Monday"
    assert again.status_code == 302
    assert Establishment.objects.count() == 1
