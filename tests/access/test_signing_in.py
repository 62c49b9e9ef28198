"""Signing in, step by step, as somebody does it at a door; and what a stranger learns there: nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from access.enums import Role
from access.models import AuditEntry, Membership, Session, User
from tests.conftest import Unit
from tests.doors import DoorClient, through
from tests.factories import PASSWORD, UserFactory, member, paris_day

WRONG = "This name and this password do not open this door. Check both and try again."


def code_of(user: User, *, later: int = 0) -> str:
    """The code that the person's authenticator shows now, or `later` steps of 30 seconds on."""
    device = TOTPDevice.objects.using(user._state.db).get(user=user)
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    totp.time = timezone.now().timestamp() + later * device.step
    return f"{totp.token():06d}"


def enrolled(user: User) -> User:
    """The account, with an authenticator."""
    TOTPDevice.objects.using(user._state.db).create(user=user, name="authenticator", confirmed=True)
    User.objects.using(user._state.db).filter(pk=user.pk).update(second_factor_since=timezone.now())
    user.refresh_from_db()
    return user


def type_password(browser: DoorClient, username: str, password: str = PASSWORD, **more: str) -> Any:
    return browser.post(browser.url("access:sign_in"), {"username": username, "password": password, **more})


def type_code(browser: DoorClient, code: str) -> Any:
    return browser.post(browser.url("access:code"), {"code": code})


@pytest.mark.parametrize(
    ("door", "role"), [("care", Role.NURSE), ("prison", Role.FLOOR_OFFICER), ("accounts", Role.ACCOUNT_ADMIN)]
)
def test_first_sign_in_enrols_an_authenticator_and_gives_backup_codes_on_every_door(
    unit_a: Unit, door: str, role: Role
) -> None:
    user = member(role, unit_a.establishment, username="newcomer")
    browser = DoorClient(door)

    answer = type_password(browser, "Newcomer")
    assert (answer.status_code, answer.url) == (302, "/sign-in/second-factor")
    page = browser.get("/sign-in/second-factor").content.decode()
    assert 'src="data:image/svg+xml' in page
    with through(door):
        key = browser.session["new_second_factor"]
    secret = re.search(r'class="secret"[^>]*>([A-Z2-7 ]+)<', page)
    assert secret is not None
    assert all(len(group) == 4 for group in secret[1].split())
    totp = TOTP(bytes.fromhex(key), 30, 0, 6)
    answer = browser.post("/sign-in/second-factor", {"code": f"{totp.token():06d}"})
    assert (answer.status_code, answer.url) == (302, "/sign-in/backup-codes")
    sheet = browser.get("/sign-in/backup-codes").content.decode()
    assert len(re.findall(r"<code>[a-z2-7]{4}-[a-z2-7]{4}</code>", sheet)) == 10
    answer = browser.post("/sign-in/backup-codes")
    assert (answer.status_code, answer.url) == (302, "/")

    assert browser.get("/my-account").status_code == 200
    assert browser.get("/sign-in/backup-codes").url == "/"
    user.refresh_from_db()
    assert user.second_factor_since is not None
    assert list(AuditEntry.objects.using(user._state.db).order_by("id").values_list("verb", flat=True)) == [
        "enrol_factor",
        "sign_in",
    ]


def test_wrong_code_at_enrolment_keeps_the_same_secret_and_saves_nothing(alice: User) -> None:
    browser = DoorClient("care")
    type_password(browser, "alice")
    before = browser.get("/sign-in/second-factor").content.decode()

    answer = browser.post("/sign-in/second-factor", {"code": "000 000"})

    assert answer.status_code == 422
    assert re.search(r'class="secret".*', answer.content.decode())[0] == re.search(r'class="secret".*', before)[0]
    assert not TOTPDevice.objects.exists()
    alice.refresh_from_db()
    assert alice.second_factor_since is None


def test_restarted_enrolment_shows_another_secret(alice: User) -> None:
    first, second = DoorClient("care"), DoorClient("care")
    for browser in (first, second):
        type_password(browser, "alice")
        browser.get("/sign-in/second-factor")

    with through("care"):
        assert first.session["new_second_factor"] != second.session["new_second_factor"]


def test_second_enrolment_at_the_same_time_is_refused(alice: User) -> None:
    late = DoorClient("care")
    type_password(late, "alice")
    late.get("/sign-in/second-factor")
    enrolled(alice)

    answer = late.post("/sign-in/second-factor", {"code": "123456"})

    assert answer.url == "/sign-in/code"
    assert TOTPDevice.objects.count() == 1


def test_sign_in_with_password_and_code_is_recorded_and_leads_to_the_page_asked_for(alice: User) -> None:
    enrolled(alice)
    browser = DoorClient("care")
    asked = browser.get("/my-account?a=1")
    assert asked.url == "/sign-in?next=/my-account%3Fa%3D1"

    type_password(browser, "alice", next="/my-account?a=1")
    assert not AuditEntry.objects.exists()
    alice.refresh_from_db()
    assert alice.last_login is None
    answer = type_code(browser, code_of(alice))

    assert answer.url == "/my-account?a=1"
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.username, entry.door) == ("sign_in", "alice", "care")
    alice.refresh_from_db()
    assert alice.last_login is not None


@pytest.mark.parametrize(
    "where", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:1"]
)
def test_next_leads_nowhere_outside_the_door(alice: User, where: str) -> None:
    enrolled(alice)
    browser = DoorClient("care")

    type_password(browser, "alice", next=where)

    assert type_code(browser, code_of(alice)).url == "/"


def test_password_alone_opens_no_page(alice: User) -> None:
    enrolled(alice)
    browser = DoorClient("care")
    type_password(browser, "alice")

    assert browser.get("/").url == "/sign-in/code"
    assert browser.get("/my-account").url == "/sign-in/code"
    assert browser.get("/password").url == "/sign-in/code"
    assert browser.get("/sign-in/backup-codes").url == "/sign-in/code"
    assert browser.get("/sign-in/second-factor").url == "/sign-in/code"


@pytest.mark.parametrize(
    ("door", "username", "password"),
    [
        ("care", "nobody", PASSWORD),
        ("care", "alice", "wrong"),
        ("care", "gone", "wrong"),
        ("prison", "alice", PASSWORD),
        ("accounts", "alice", PASSWORD),
        ("care", "oscar", PASSWORD),
    ],
)
def test_wrong_name_password_or_door_get_the_same_answer(
    alice: User, oscar: User, door: str, username: str, password: str
) -> None:
    UserFactory(username="gone", is_active=False)

    answer = type_password(DoorClient(door), username, password)

    page = answer.content.decode()
    assert answer.status_code == 401
    assert WRONG in page
    assert f'value="{username}"' in page
    assert password not in page


def test_closed_account_is_named_closed_to_who_has_its_password_and_lets_nobody_in(db: None) -> None:
    UserFactory(username="gone", is_active=False)
    browser = DoorClient("care")

    answer = type_password(browser, "gone", PASSWORD)

    assert (answer.status_code, "This account is closed" in answer.content.decode()) == (401, True)
    assert browser.get("/").status_code == 302
    assert AuditEntry.objects.filter(verb="failed_sign_in").count() == 1


def test_answers_to_a_wrong_password_and_to_an_unknown_name_differ_in_the_name_alone(alice: User) -> None:
    def answer(username: str) -> str:
        page = type_password(DoorClient("care"), username, "wrong").content.decode()
        return re.sub(r'value="[A-Za-z0-9]{64}"', "", page.replace(f'value="{username}"', ""))

    assert answer("alice") == answer("nobody")


def test_empty_sign_in_form_is_refused_with_a_sentence(db: None) -> None:
    answer = type_password(DoorClient("care"), "", "")

    assert answer.status_code == 422
    assert "This field is required." in answer.content.decode()


@pytest.mark.parametrize("username", ["a\x00b", "a" * 300])
def test_strange_names_are_refused_with_a_sentence(db: None, username: str) -> None:
    assert type_password(DoorClient("care"), username).status_code == 422


def test_wrong_code_is_refused_and_the_wait_doubles(alice: User) -> None:
    enrolled(alice)
    browser = DoorClient("care")
    type_password(browser, "alice")

    with time_machine.travel(timezone.now(), tick=False) as clock:
        first = type_code(browser, "000000")
        too_soon = type_code(browser, code_of(alice))
        clock.shift(2)
        second = type_code(browser, "000000")
        clock.shift(3)
        right = type_code(browser, code_of(alice))

    assert (first.status_code, too_soon.status_code, second.status_code) == (422, 429, 422)
    assert "Too many wrong codes. No code is accepted for 1 second." in too_soon.content.decode()
    assert too_soon.headers["Retry-After"] == "1"
    assert "No code is accepted for 2 seconds." in second.content.decode()
    assert right.url == "/"


def test_code_is_worth_nothing_a_second_time(alice: User) -> None:
    enrolled(alice)
    with time_machine.travel(timezone.now(), tick=False):
        first, second = DoorClient("care"), DoorClient("care")
        for browser in (first, second):
            type_password(browser, "alice")
        code = code_of(alice)

        assert type_code(first, code).status_code == 302
        assert type_code(second, code).status_code == 422


@pytest.mark.parametrize("typed", ["{}", "{}-{}", " {} {} ", "UPPER"])
def test_backup_code_opens_once_however_it_is_typed(alice: User, typed: str) -> None:
    browser = DoorClient("care")
    type_password(browser, "alice")
    browser.get("/sign-in/second-factor")
    with through("care"):
        key = browser.session["new_second_factor"]
    browser.post("/sign-in/second-factor", {"code": f"{TOTP(bytes.fromhex(key), 30, 0, 6).token():06d}"})
    token = StaticToken.objects.first().token
    text = {"{}": token, "UPPER": token.upper()}.get(typed) or typed.format(token[:4], token[4:])
    another = DoorClient("care")
    type_password(another, "alice")

    answer = type_code(another, text)

    assert answer.url == "/"
    assert "9 are left" in another.get("/my-account").content.decode()
    third = DoorClient("care")
    type_password(third, "alice")
    assert type_code(third, text).status_code == 422


def test_first_password_must_be_replaced_before_any_page_opens(alice: User) -> None:
    enrolled(alice)
    User.objects.filter(pk=alice.pk).update(must_change_password=True)
    browser = DoorClient("care")
    type_password(browser, "alice")
    assert type_code(browser, code_of(alice)).url == "/password"
    assert browser.get("/my-account").url == "/password"

    same = browser.post("/password", {"new_password": PASSWORD, "again": PASSWORD})
    weak = browser.post("/password", {"new_password": "alice", "again": "alice"})
    differ = browser.post(
        "/password", {"new_password": "une girafe sans tambour 7", "again": "une girafe sans tambour 8"}
    )
    good = browser.post(
        "/password", {"new_password": "une girafe sans tambour 7", "again": "une girafe sans tambour 7"}
    )

    assert (same.status_code, weak.status_code, differ.status_code) == (422, 422, 422)
    assert "This is the password you have now. Choose another." in same.content.decode()
    assert "at least 12 characters" in weak.content.decode()
    assert "The two entries differ." in differ.content.decode()
    assert good.url == "/"
    assert browser.get("/my-account").status_code == 200
    assert AuditEntry.objects.filter(verb="change_password", username="alice").count() == 1


def test_newcomer_keeps_his_code_sheet_before_he_chooses_a_password(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(must_change_password=True)
    browser = DoorClient("care")
    type_password(browser, "alice", next="/my-account")
    browser.get("/sign-in/second-factor")
    with through("care"):
        key = browser.session["new_second_factor"]

    answer = browser.post("/sign-in/second-factor", {"code": f"{TOTP(bytes.fromhex(key), 30, 0, 6).token():06d}"})
    assert answer.url == "/sign-in/backup-codes"
    assert browser.get("/sign-in/backup-codes").status_code == 200
    assert browser.post("/sign-in/backup-codes").url == "/password"
    answer = browser.post(
        "/password", {"new_password": "une girafe sans tambour 7", "again": "une girafe sans tambour 7"}
    )
    assert answer.url == "/my-account"


def test_sessions_are_new_after_each_step(alice: User) -> None:
    enrolled(alice)
    browser = DoorClient("care")
    browser.get("/sign-in")
    keys = [browser.cookies.get("carehub_care_session")]
    type_password(browser, "alice")
    keys.append(browser.cookies["carehub_care_session"].value)
    type_code(browser, code_of(alice))
    keys.append(browser.cookies["carehub_care_session"].value)

    assert len(set(keys)) == 3


def test_session_planted_by_somebody_else_is_not_the_one_that_opens(alice: User) -> None:
    enrolled(alice)
    attacker = DoorClient("care")
    type_password(attacker, "alice")
    planted = attacker.cookies["carehub_care_session"].value
    victim = DoorClient("care")
    victim.cookies["carehub_care_session"] = planted

    type_code(victim, code_of(alice))

    assert victim.get("/my-account").status_code == 200
    assert attacker.get("/my-account").status_code == 302


def test_session_of_one_door_is_worth_nothing_at_another(alice: User, at_door: Any) -> None:
    browser = at_door(alice)
    key = browser.cookies["carehub_care_session"].value
    for door in ("prison", "accounts"):
        other = DoorClient(door)
        other.cookies[f"carehub_{door}_session"] = key
        assert other.get("/my-account").url.startswith("/sign-in")
        with through(door):
            assert not Session.objects.filter(session_key=key).exists()


def test_deactivated_account_is_out_at_the_next_click(alice: User, at_door: Any) -> None:
    browser = at_door(alice)
    assert browser.get("/my-account").status_code == 200

    User.objects.filter(pk=alice.pk).update(is_active=False)

    assert browser.get("/my-account").url.startswith("/sign-in")


def test_ended_role_closes_every_page(alice: User, at_door: Any) -> None:
    browser = at_door(alice)

    Membership.objects.filter(user=alice).update(valid_until=paris_day() - timedelta(days=1))

    answer = browser.get("/my-account")
    assert answer.status_code == 403
    assert "no role today" in answer.content.decode()


def test_role_still_counts_on_its_last_day(unit_a: Unit, alice: User, at_door: Any) -> None:
    today = timezone.localdate(timezone=unit_a.establishment.zone)
    Membership.objects.filter(user=alice).update(valid_until=today)

    assert at_door(alice).get("/my-account").status_code == 200


def test_signing_out_ends_the_session_and_is_recorded(alice: User, at_door: Any) -> None:
    browser = at_door(alice)
    key = browser.cookies["carehub_care_session"].value

    assert browser.get("/sign-out").status_code == 405
    assert browser.post("/sign-out").url == "/sign-in"

    assert not Session.objects.filter(session_key=key).exists()
    assert browser.get("/my-account").url.startswith("/sign-in")
    assert AuditEntry.objects.get(verb="sign_out").username == "alice"
    assert browser.post("/sign-out").url == "/sign-in"
