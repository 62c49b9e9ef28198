"""Sessions on a shared terminal: idle, too long, another person's; and what a browser may keep."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.decorators import background
from access.models import Session, User
from access.session_life import is_background
from tests.access.test_signing_in import code_of, enrolled, type_code, type_password
from tests.conftest import Unit
from tests.doors import HOSPITAL, DoorClient, speaking_to, through
from tests.reading import tight

Browser = Callable[[User], DoorClient]
DOORS = [("care", "alice"), ("prison", "oscar"), ("accounts", "ada")]


@pytest.fixture
def clock() -> Any:
    """The time, which the test moves on."""
    with time_machine.travel(timezone.now(), tick=False) as moment:
        yield moment


@pytest.mark.parametrize(("door", "person"), DOORS)
def test_session_ends_after_the_idle_limit_and_not_before(
    door: str, person: str, at_door: Browser, clock: Any, request: pytest.FixtureRequest
) -> None:
    browser = at_door(request.getfixturevalue(person))
    browser.get("/my-account")
    for _click in range(3):
        clock.shift(settings.SESSION_COOKIE_AGE - 1)
        assert browser.get("/my-account").status_code == 200

    clock.shift(settings.SESSION_COOKIE_AGE)
    answer = browser.get("/my-account")

    assert answer.url.startswith("/sign-in")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    with speaking_to("prison" if door == "prison" else HOSPITAL):
        assert not Session.objects.filter(user__username=person, expire_date__gt=timezone.now()).exists()


def test_page_that_asks_by_itself_keeps_no_session_alive(oscar: User, at_door: Browser, clock: Any) -> None:
    browser = at_door(oscar)
    browser.get("/")

    for _poll in range(5):
        clock.shift(settings.SESSION_COOKIE_AGE // 6)
        assert browser.get("/", headers={"CareHub-Background": "1"}).status_code == 200
        left = browser.get("/session").json()["left"]
    clock.shift(settings.SESSION_COOKIE_AGE // 6)

    assert left == settings.SESSION_COOKIE_AGE - 5 * (settings.SESSION_COOKIE_AGE // 6)
    assert browser.get("/", headers={"CareHub-Background": "1"}).url.startswith("/sign-in")


def test_poll_writes_nothing_at_all(oscar: User, at_door: Browser) -> None:
    browser = at_door(oscar)
    browser.is_served = False
    browser.get("/session")
    with CaptureQueriesContext(connections["prison"]) as queries:
        browser.get("/session")

    assert len(queries)
    assert [query["sql"] for query in queries if query["sql"].startswith(("UPDATE", "INSERT", "DELETE"))] == []


def test_late_answer_to_a_page_that_asks_by_itself_signs_nobody_out(oscar: User) -> None:
    enrolled(oscar)
    browser = DoorClient("prison")
    type_password(browser, "oscar")
    name = "carehub_prison_session"
    before = browser.cookies[name].value
    type_code(browser, code_of(oscar))
    after = browser.cookies[name].value
    assert before != after

    browser.cookies[name] = before  # what it asked while the code was on its way
    late = browser.get("/session")
    left = browser.get("/", headers={"CareHub-Background": "1"})
    by_hand = browser.get("/")

    assert late.json()["left"] == 0
    assert [name in answer.cookies for answer in (late, left, by_hand)] == [False, False, True]


def test_somebody_who_stays_is_heard_and_a_stranger_is_told_nothing(oscar: User, at_door: Browser, clock: Any) -> None:
    browser = at_door(oscar)
    browser.get("/")
    clock.shift(settings.SESSION_COOKIE_AGE - 10)

    assert browser.get("/session").json()["left"] == 10
    assert browser.post("/session").json()["left"] == settings.SESSION_COOKIE_AGE
    assert DoorClient("prison").post("/session").json()["left"] == 0
    assert DoorClient("prison").get("/session").json()["who"] == ""


def test_session_ends_after_the_longest_stay_however_busy(oscar: User, at_door: Browser, clock: Any) -> None:
    browser = at_door(oscar)
    browser.get("/")

    for _click in range(13 * 6 - 1):
        clock.shift(600)
        assert browser.get("/my-account").status_code == 200
    assert browser.get("/session").json()["left"] == 600
    clock.shift(600)

    assert browser.get("/my-account").url.startswith("/sign-in")


def test_form_sent_after_the_limit_is_answered_with_a_sentence(oscar: User, at_door: Browser, clock: Any) -> None:
    browser = at_door(oscar)
    browser.get("/")
    clock.shift(settings.SESSION_COOKIE_AGE)

    assert browser.post("/calendar/open").status_code == 401


def test_halfway_session_ends_too(oscar: User, clock: Any) -> None:
    enrolled(oscar)
    browser = DoorClient("prison")
    type_password(browser, "oscar")
    clock.shift(settings.SESSION_COOKIE_AGE)

    assert browser.get("/sign-in/code").url.startswith("/sign-in?")


def test_marked_view_and_marked_get_are_background_and_nothing_else(rf: Any) -> None:
    def view(_request: Any) -> None:
        """A view."""

    assert is_background(rf.get("/"), background(lambda _request: None))
    assert is_background(rf.get("/", headers={"CareHub-Background": "1"}), view)
    assert not is_background(rf.get("/"), view)
    assert not is_background(rf.post("/", headers={"CareHub-Background": "1"}), view)


@pytest.mark.parametrize(("door", "person"), DOORS)
def test_signing_out_lets_the_browser_forget_this_door_but_no_cookie_of_another(
    door: str, person: str, at_door: Browser, request: pytest.FixtureRequest
) -> None:
    browser = at_door(request.getfixturevalue(person))

    answer = browser.post("/sign-out")

    assert (answer.status_code, answer.url) == (302, "/sign-in")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert browser.cookies[f"carehub_{door}_session"].value == ""
    assert browser.get("/my-account").url.startswith("/sign-in")


@pytest.mark.parametrize("path", ["/", "/my-account", "/print", "/mouvements.csv", "/calendar", "/session", "/sign-in"])
def test_no_answer_of_the_prison_door_is_kept_by_a_browser(oscar: User, at_door: Browser, path: str) -> None:
    assert at_door(oscar).get(path).headers["Cache-Control"] == "no-store, private"


def test_big_way_out_with_its_key_stands_on_the_prison_door(oscar: User, at_door: Browser) -> None:
    page = at_door(oscar).get("/").content.decode()

    assert 'class="btn btn-light btn-lg sign-out" aria-keyshortcuts="F8"' in tight(page)


def test_sign_in_of_another_person_leaves_nothing_of_the_former(
    unit_b: Unit, oscar: User, olga: User, at_door: Browser
) -> None:
    enrolled(olga)
    browser = at_door(oscar)
    browser.get("/")
    with through("prison"):
        session = browser.session
        session["establishment"], session["next"] = unit_b.establishment.pk, "/print"
        session["show_backup_codes"] = True
        session.save()
    former = browser.cookies["carehub_prison_session"].value

    type_password(browser, "olga")
    answer = type_code(browser, code_of(olga))

    assert answer.url == "/"
    assert browser.cookies["carehub_prison_session"].value != former
    assert not Session.objects.using("prison").filter(session_key=former).exists()
    assert not Session.objects.using("prison").filter(user=oscar).exists()
    with through("prison"):
        assert not {"establishment", "show_backup_codes"} & set(browser.session.keys())


def test_tab_of_the_person_before_does_nothing_in_the_name_of_the_next(
    oscar: User, olga: User, exports_open: None, at_door: Browser
) -> None:
    before, after = at_door(oscar), at_door(olga)
    who_before = before.get("/session").json()["who"]
    who_after = after.get("/session").json()["who"]
    assert who_before != who_after

    refused = after.post("/calendar/open", {"carehub_who": who_before})
    fragment = after.get("/", headers={"HX-Request": "true", "CareHub-Who": who_before})
    allowed = after.post("/calendar/open", {"carehub_who": who_after})

    assert refused.status_code == 409
    assert "Somebody else has signed in" in refused.content.decode()
    assert (fragment.status_code, fragment.headers["HX-Redirect"]) == (409, "/")
    assert b"Durand" not in fragment.content
    assert allowed.status_code == 302


def test_word_that_tells_people_apart_is_no_name(oscar: User, at_door: Browser) -> None:
    who = at_door(oscar).get("/session").json()["who"]

    assert len(who) == 20
    assert "oscar" not in who
    with override_settings(SECRET_KEY="another key, fifty characters long, for this very test"):
        assert at_door(oscar).get("/session").json()["who"] != who


def test_signs_of_life_within_a_minute_are_written_once(alice: User, at_door: Browser, clock: Any) -> None:
    browser = at_door(alice)
    browser.get("/my-account")

    def written(after: int) -> int:
        clock.shift(after)
        with CaptureQueriesContext(connections[DEFAULT_DB_ALIAS]) as queries:
            browser.get("/my-account")
        return sum("UPDATE" in each["sql"] and "access_session" in each["sql"] for each in queries)

    assert [written(after) for after in (10, 20, 40, 10)] == [0, 0, 1, 0]
