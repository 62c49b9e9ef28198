"""Who comes with a session is asked in one statement, and judged no less than before."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from access.models import Membership, Session, User
from access.policy import give, take_back
from tests.conftest import Unit
from tests.doors import DoorClient, was_reached

Browser = Callable[[User], DoorClient]
# The page of one's own account stands for all: what a page asks that shows nothing of anybody else.
MOST_QUERIES = 8


def asked_by(browser: DoorClient, path: str = "/my-account") -> list[str]:
    every, is_accounts = [connections[name] for name in connections], browser.door == "accounts"
    contexts = [CaptureQueriesContext(each) for each in every]
    for each in contexts:
        each.__enter__()
    try:
        assert browser.get(path).status_code == 200
    finally:
        for each in contexts:
            each.__exit__(None, None, None)
    marks = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SET ROLE", "RESET ROLE")
    for each in contexts:
        sent = [query["sql"] for query in each if not query["sql"].startswith(marks)]
        begins = next((place for place, sql in enumerate(sent) if sql.startswith("SELECT s.")), None)
        if begins is not None:
            # What came before is the courier's, who is at work before each page of a test. The accounts door asks
            # the prisons' databases too, and there no courier comes by.
            elsewhere = [query["sql"] for other in contexts if other is not each for query in other]
            return sent[begins:] + ([sql for sql in elsewhere if not sql.startswith(marks)] if is_accounts else [])
    return []


@pytest.mark.parametrize("name", ["alice", "helene", "oscar", "ada"])
def test_empty_page_asks_little(
    name: str, request: pytest.FixtureRequest, unit_a: Unit, at_door: Browser, was_there: None
) -> None:
    browser = at_door(request.getfixturevalue(name))
    browser.get("/my-account")

    assert 3 <= len(asked_by(browser)) <= MOST_QUERIES


@pytest.fixture
def was_there(unit_a: Unit) -> None:
    was_reached(ago=timedelta(0))


def test_session_account_factors_and_roles_come_in_one_statement(alice: User, at_door: Browser) -> None:
    browser = at_door(alice)
    browser.get("/my-account")

    sent = asked_by(browser)

    assert [("FROM access_session" in sql, "access_membership m" in sql) for sql in sent[:1]] == [(True, True)]
    assert [sql for sql in sent[1:] if re.search(r"access_session|FROM .access_user|otp_device", sql)] == []


def test_factor_that_was_taken_away_opens_nothing_at_once(alice: User, at_door: Browser) -> None:
    browser = at_door(alice)
    assert browser.get("/my-account").status_code == 200

    used = TOTPDevice.objects.get(user=alice)
    TOTPDevice.objects.create(user=alice, name="another one", confirmed=True)
    used.delete()

    assert browser.get("/my-account").status_code == 302


def test_factor_of_somebody_else_opens_nothing(alice: User, bob: User, at_door: Browser) -> None:
    browser, used = at_door(alice), TOTPDevice.objects.get(user=alice)

    TOTPDevice.objects.create(user=alice, name="another one", confirmed=True)
    TOTPDevice.objects.filter(pk=used.pk).update(user=bob)

    assert browser.get("/my-account").status_code == 302


def test_account_that_was_closed_or_changed_sides_is_nobody_at_once(alice: User, at_door: Browser) -> None:
    browser = at_door(alice)

    User.objects.filter(pk=alice.pk).update(is_active=False)

    assert browser.get("/my-account").status_code == 302


def test_role_that_ended_yesterday_or_begins_tomorrow_comes_with_no_session(
    alice: User, unit_a: Unit, at_door: Browser
) -> None:
    browser, today = at_door(alice), unit_a.establishment.today()
    roles = Membership.objects.filter(user=alice)

    roles.update(valid_from=today + timedelta(days=1), valid_until=None)
    assert browser.get("/my-account").status_code == 403

    roles.update(valid_from=today - timedelta(days=9), valid_until=today - timedelta(days=1))
    assert browser.get("/my-account").status_code == 403

    roles.update(valid_until=today)
    assert browser.get("/my-account").status_code == 200


def test_session_that_has_expired_is_none(alice: User, at_door: Browser) -> None:
    browser = at_door(alice)

    Session.objects.filter(user=alice).update(expire_date=timezone.now() - timedelta(seconds=1))

    assert browser.get("/my-account").status_code == 302


def test_session_row_that_names_another_account_gives_it_nothing(alice: User, bob: User, at_door: Browser) -> None:
    browser = at_door(alice)

    Session.objects.filter(user=alice).update(user=bob)
    page = browser.get("/my-account")

    assert page.status_code == 200
    assert page.wsgi_request.user == alice
    assert f"<dd>{bob.username}</dd>" not in page.content.decode()


def test_care_learns_with_the_session_what_the_person_may_do(alice: User, at_door: Browser) -> None:
    browser = at_door(alice)
    browser.get("/my-account")

    sent = asked_by(browser)

    assert ["appointments_rights(" in sql for sql in sent] == [True, *(False for _sql in sent[1:])]


def test_right_that_was_taken_away_is_gone_with_the_next_page(unit_a: Unit, alice: User, at_door: Browser) -> None:
    browser = at_door(alice)
    address = f"{browser.url('home')}?agenda={unit_a.doctor.pk}"
    assert unit_a.doctor.name in browser.get(address).content.decode()

    for right in ("view_agenda", "book_agenda"):
        take_back(alice, right, unit_a.doctor)

    assert browser.get(address).status_code == 404


def test_two_sessions_at_two_houses_may_do_at_each_what_was_given_there(
    unit_a: Unit, unit_b: Unit, alice: User, at_door: Browser
) -> None:
    role = Membership.objects.get(user=alice)
    Membership.objects.create(
        user=alice, establishment=unit_b.establishment, role=role.role, side=role.side, valid_from=role.valid_from
    )
    give(alice, "view_agenda", unit_b.doctor)
    sessions = [(unit_a, unit_b, at_door(alice)), (unit_b, unit_a, at_door(alice))]
    for here, _there, browser in sessions:
        browser.post(browser.url("access:establishment"), {"establishment": here.establishment.pk})

    # The account worked last at the second house; the first session says which is its own.
    for here, there, browser in sessions:
        agendas = (here.doctor.pk, there.doctor.pk)
        seen = [browser.get(f"{browser.url('home')}?agenda={agenda}").status_code for agenda in agendas]
        assert seen == [200, 404]
