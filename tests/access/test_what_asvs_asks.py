"""Requirements of ASVS 5.0 (docs/asvs.md) that no other test of signing in has as its subject."""

from __future__ import annotations

import re

from django.core import mail
from django_otp.plugins.otp_static.models import StaticToken

from access.enums import FactorKind
from access.models import User
from access.passwords import first_password
from tests.access.test_signing_in import code_of, enrolled, type_code, type_password
from tests.doors import DoorClient, through

# Signs of any kind, and blanks at both ends (6.2.5, 6.2.8).
AS_TYPED = " girafe ; noisette' 🦒 «tambour»  "


def password_fields(page: str) -> list[str]:
    return re.findall(r"<input[^>]*type=\"password\"[^>]*>", page)


def test_password_of_any_signs_is_taken_as_it_was_typed_and_as_nothing_else(alice: User) -> None:
    enrolled(alice)
    alice.set_password(AS_TYPED)
    alice.save()

    refused = [
        type_password(DoorClient("care"), "alice", guess).status_code
        for guess in (AS_TYPED.strip(), AS_TYPED.upper(), AS_TYPED[:12])
    ]
    taken = type_password(DoorClient("care"), "alice", AS_TYPED)

    assert refused == [401, 401, 401]
    assert (taken.status_code, taken.url) == (302, "/sign-in/code")


def test_password_is_masked_and_may_be_pasted_and_filled_in_by_a_keeper_of_passwords(db: None) -> None:
    page = DoorClient("care").get("/sign-in").content.decode()

    [field] = password_fields(page)
    assert 'autocomplete="current-password"' in field
    assert "onpaste" not in page
    assert 'autocomplete="off"' not in field


def test_no_factor_is_sent_to_anybody_and_no_question_stands_in_for_a_password(alice: User) -> None:
    enrolled(alice)
    browser = DoorClient("care")
    type_password(browser, "alice")
    type_code(browser, code_of(alice))

    assert browser.get("/my-account").status_code == 200
    assert mail.outbox == []
    # What somebody holds or has on paper; no number or answer of theirs, by which they could come in, is kept.
    assert set(FactorKind.values) == {"totp", "hotp", "key", "codes"}
    kept = {field.name for field in User._meta.get_fields()}
    assert not {name for name in kept if re.search("phone|hint|question|answer", name)}


def test_secrets_are_long_enough_and_drawn_anew_each_time(alice: User, bob: User) -> None:
    keys = []
    for user in (alice, bob):
        browser = DoorClient("care")
        type_password(browser, user.username)
        browser.get("/sign-in/second-factor")
        with through("care"):
            keys.append(browser.session["new_second_factor"])

    assert min(len(bytes.fromhex(key)) for key in keys) >= 20
    # A sign of a first password is one of 31, of a code of the sheet one of 32: 79 and 40 bits.
    for draw in (first_password, StaticToken.random_token):
        drawn = {draw() for _nth in range(200)}
        assert len(drawn) == 200
        assert min(len(code.replace("-", "")) for code in drawn) >= 8
    assert keys[0] != keys[1]


def test_security_key_comes_after_the_password(alice: User) -> None:
    enrolled(alice)
    stranger = DoorClient("care")

    answer = stranger.post("/sign-in/key", {"answer": "{}"})

    assert answer.status_code == 401
    assert stranger.get("/my-account").status_code == 302
    assert "data-question" not in stranger.get("/sign-in").content.decode()


def test_session_is_a_random_reference_that_only_the_server_can_read(alice: User) -> None:
    enrolled(alice)
    browser = DoorClient("care")
    type_password(browser, "alice")
    type_code(browser, code_of(alice))
    key = browser.cookies["carehub_care_session"].value

    # 32 signs of 36: 165 bits, and nothing of whose it is.
    assert re.fullmatch("[a-z0-9]{32}", key)
    for guess in (key[:-1] + ("a" if key[-1] != "a" else "b"), key[:-1], alice.username, str(alice.pk), "../" + key):
        stranger = DoorClient("care")
        stranger.cookies["carehub_care_session"] = guess
        assert stranger.get("/my-account").status_code == 302
