"""What an open page asks again is one thing, answered without a look at an appointment until something changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import HASH_SESSION_KEY
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.models import Membership, Session, User
from access.session_life import ALIVE
from appointments import booking
from appointments.models import Alert, Appointment
from appointments.models.enums.appointment import CancelReason
from tests.appointments.care.open_page.asking import address, ask, long_ago
from tests.conftest import Unit, urgent_alert
from tests.doors import AtDoor, DoorClient, through, was_reached
from tests.factories import appointment, local, open_session, workday

PARTS = ("home", "day", "waiting_room")


@pytest.fixture
def expected(unit_a: Unit) -> Appointment:
    day = workday(1)
    session = open_session(unit_a.doctor, day)
    return appointment(unit_a.paul, session, unit_a.consultation, local(unit_a.establishment, day, 9, 40))


def asked_by(browser: DoorClient, path: str, tag: str) -> tuple[int, list[str]]:
    with CaptureQueriesContext(connection) as queries:
        answer = ask(browser, path, tag)
    return answer.status_code, [each["sql"] for each in queries if "ROLE" not in each["sql"]]


@pytest.mark.parametrize("on", ["", *PARTS])
def test_page_to_which_nothing_is_new_is_answered_in_one_statement(
    on: str, unit_a: Unit, expected: Appointment, alice: User, at_door: AtDoor
) -> None:
    browser, path = at_door(alice), address(unit_a, workday(1), on) if on else "/now"
    with time_machine.travel(timezone.now().replace(second=20), tick=False):
        was_reached()
        tag = ask(browser, path).headers["ETag"]
        now, then = asked_by(browser, path, tag), asked_by(browser, path, long_ago(tag))

    assert (now[0], then[0]) == (304, 304)
    assert [len(now[1]), len(then[1])] == [1, 1]


@pytest.mark.parametrize("on", ["", *PARTS])
def test_urgent_alert_comes_with_the_next_asking_whatever_was_read_a_moment_ago(
    on: str, unit_a: Unit, alice: User, at_door: AtDoor
) -> None:
    browser, path = at_door(alice), address(unit_a, workday(1), on) if on else "/now"
    tag = ask(browser, path).headers["ETag"]

    raised = urgent_alert(unit_a)
    band = ask(browser, path, tag)

    assert "data-carehub-urgent" in band.text
    # The band alone: the rest of the page is not sent once more.
    assert 'id="reported"' not in band.text
    assert ask(browser, path, band.headers["ETag"]).status_code == 304
    Alert.objects.filter(pk=raised.pk).update(received_at=timezone.now(), received_by=alice)
    gone = ask(browser, path, band.headers["ETag"])
    assert (gone.status_code, gone.text.strip()) == (200, "")


def test_alert_of_another_house_is_no_news_here(unit_a: Unit, unit_b: Unit, alice: User, at_door: AtDoor) -> None:
    browser = at_door(alice)
    tag = ask(browser, "/now").headers["ETag"]

    urgent_alert(unit_b)

    assert asked_by(browser, "/now", tag)[0] == 304


def test_page_says_what_it_shows_and_its_first_asking_brings_nothing(
    unit_a: Unit, alice: User, at_door: AtDoor
) -> None:
    browser = at_door(alice)
    was_reached()
    for page in ("home", "waiting_room", "missed"):
        shown = browser.get(browser.url(page)).context["open_page"]

        assert ask(browser, shown.address, shown.tag).status_code == 304
        assert ask(browser, shown.address, long_ago(shown.tag)).status_code == 304


def test_stamp_of_somebody_else_is_nothing_to_me(
    unit_a: Unit, expected: Appointment, alice: User, bob: User, at_door: AtDoor
) -> None:
    path = address(unit_a, workday(1))
    with time_machine.travel(timezone.now().replace(second=20), tick=False):
        was_reached()
        hers, his = (ask(at_door(each), path).headers["ETag"] for each in (alice, bob))

    assert hers.split(".")[1] != his.split(".")[1]


def test_booking_of_a_colleague_and_the_next_minute_are_looked_at(
    unit_a: Unit, expected: Appointment, alice: User, at_door: AtDoor
) -> None:
    browser, path = at_door(alice), address(unit_a, workday(1))
    moment = timezone.now().replace(second=20)
    with time_machine.travel(moment, tick=False):
        was_reached()
        before = ask(browser, path).headers["ETag"]
        booking.cancel(by=alice, appointment=expected, revision=1, reason=CancelReason.UNIT_POSTPONED)
        at_once = ask(browser, path, before).headers["ETag"]
        changed = ask(browser, path, long_ago(before)).headers["ETag"]
    with time_machine.travel(moment + timedelta(minutes=1), tick=False):
        was_reached()
        later = ask(browser, path, changed).headers["ETag"]

    # What was read a moment ago is not read again at once: many change something in a morning.
    assert at_once == before
    assert len({tag.split(".")[1] for tag in (before, changed, later)}) == 3


def test_officers_side_left_behind_is_looked_at_each_time(
    unit_a: Unit, expected: Appointment, alice: User, at_door: AtDoor
) -> None:
    browser = at_door(alice)
    was_reached(ago=timedelta(hours=1))

    assert ask(browser, address(unit_a, workday(1))).headers["ETag"].split(".")[1] == ""


# --- Nothing is said to whoever may not open a page -------------------------------------------------


def asks_in_vain(browser: DoorClient, tag: str) -> bool:
    return ask(browser, "/now", tag).status_code != 304


def test_session_that_has_ended_is_told_nothing(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
    browser = at_door(alice)
    tag = ask(browser, "/now").headers["ETag"]
    assert not asks_in_vain(browser, tag)

    Session.objects.filter(user_id=alice.pk).update(expire_date=timezone.now() - timedelta(seconds=1))

    assert asks_in_vain(browser, tag)


def test_session_that_was_left_alone_is_told_nothing_and_asking_keeps_nobody_signed_in(
    unit_a: Unit, alice: User, at_door: AtDoor, settings
) -> None:
    browser = at_door(alice)
    tag = ask(browser, "/now").headers["ETag"]
    with through("care"):
        alive = browser.session[ALIVE]
    ask(browser, "/now", tag)

    with through("care"):
        session = browser.session
        assert session[ALIVE] == alive
        session[ALIVE] = alive - settings.SESSION_COOKIE_AGE
        session.save()

    assert asks_in_vain(browser, tag)


@pytest.mark.parametrize(
    "fields",
    [{"is_active": False}, {"password": "another"}, {"must_change_password": True}],
)
def test_account_that_may_open_no_page_is_told_nothing(
    unit_a: Unit, alice: User, at_door: AtDoor, fields: dict[str, object]
) -> None:
    browser = at_door(alice)
    tag = ask(browser, "/now").headers["ETag"]

    User.objects.filter(pk=alice.pk).update(**fields)

    assert asks_in_vain(browser, tag)


def test_role_that_has_ended_a_factor_taken_away_and_a_session_of_another_secret_are_told_nothing(
    unit_a: Unit, alice: User, at_door: AtDoor
) -> None:
    browser = at_door(alice)
    tag = ask(browser, "/now").headers["ETag"]
    with through("care"):
        session = browser.session
        session[HASH_SESSION_KEY] = "0" * len(session[HASH_SESSION_KEY])
        session.save()
    assert asks_in_vain(browser, tag)

    browser = at_door(alice)
    alice.totpdevice_set.all().delete()
    assert asks_in_vain(browser, tag)

    browser = at_door(alice)
    Membership.objects.filter(user=alice).update(valid_until=timezone.localdate() - timedelta(days=2))
    assert asks_in_vain(browser, tag)


def test_tab_of_somebody_else_is_told_nothing(unit_a: Unit, alice: User, at_door: AtDoor) -> None:
    browser = at_door(alice)
    tag = ask(browser, "/now").headers["ETag"]

    assert ask(browser, "/now", tag, **{"carehub-who": "somebody"}).status_code == 409


@pytest.mark.parametrize(
    "query", ["place=x&day=y", "place=99999999999999999999&day=2026-01-01", "day=2026-01-01", "on=x"]
)
def test_nonsense_in_the_address_asks_for_urgent_alerts_alone(
    query: str, unit_a: Unit, alice: User, at_door: AtDoor
) -> None:
    browser = at_door(alice)
    tag = ask(browser, f"/now?{query}").headers["ETag"]

    assert ask(browser, f"/now?{query}", tag).status_code == 304
    assert ask(browser, f"/now?{query}", '"rubbish"').status_code in {200, 304}
