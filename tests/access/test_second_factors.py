"""Second factors without a telephone: hardware tokens and keys, enrolled, given, used, renamed, removed."""

from __future__ import annotations

import re
import time
from base64 import b32encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_otp.oath import TOTP, hotp
from django_otp.plugins.otp_hotp.models import HOTPDevice
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp_webauthn.models import WebAuthnCredential
from hypothesis import given
from hypothesis import strategies as st

from access.enums import Role
from access.forms import secret_in_hex
from access.models import AuditEntry, User
from tests.access.test_signing_in import code_of, enrolled, type_code, type_password
from tests.conftest import Unit
from tests.doors import DoorClient
from tests.factories import PASSWORD, member
from tests.reading import tight

Browser = Callable[[User], DoorClient]
KEY = bytes(range(20))
TOKEN = "/sign-in/second-factor/token"
ADD_TOKEN = "/my-account/new-factor/token"


def pressed(times: int, *, key: bytes = KEY, digits: int = 6) -> str:
    """What a token with a button shows after so many presses before."""
    return f"{hotp(key, times, digits):0{digits}d}"


def clock(*, key: bytes = KEY, step: int = 30, digits: int = 6, seconds_off: int = 0) -> str:
    """What a token with a clock shows now."""
    totp = TOTP(key, step, 0, digits)
    totp.time = time.time() + seconds_off
    return f"{totp.token():0{digits}d}"


def token(**changes: Any) -> dict[str, Any]:
    """What is typed for a token with a button."""
    typed = {"kind": "hotp", "secret": KEY.hex(), "digits": 6, "step": 30, "name": "88-1203", "code": pressed(0)}
    return {**typed, **changes}


def give_button(user: User, *, counter: int = 0, key: bytes = KEY, name: str = "88-1203") -> HOTPDevice:
    User.objects.using(user._state.db).filter(pk=user.pk, second_factor_since=None).update(
        second_factor_since=timezone.now()
    )
    return HOTPDevice.objects.using(user._state.db).create(
        user=user, name=name, key=key.hex(), counter=counter, tolerance=10
    )


def at_code_page(user: User) -> DoorClient:
    browser = DoorClient(user.side)
    assert type_password(browser, user.username).url == "/sign-in/code"
    return browser


def key_of(user: User, name: str = "blue key") -> WebAuthnCredential:
    return WebAuthnCredential.objects.using(user._state.db).create(
        user=user, name=name, confirmed=True, credential_id=b"id", public_key=b"k", aaguid=""
    )


@pytest.mark.parametrize(
    ("door", "role"), [("care", Role.NURSE), ("prison", Role.FLOOR_OFFICER), ("accounts", Role.ACCOUNT_ADMIN)]
)
def test_person_without_telephone_enrols_a_token_with_a_button_on_every_door(
    unit_a: Unit, door: str, role: Role
) -> None:
    user = member(role, unit_a.establishment, username="newcomer")
    browser = DoorClient(door)
    type_password(browser, "newcomer")

    answer = browser.post(TOKEN, token(code=pressed(37)))

    assert (answer.status_code, answer.url) == (302, "/sign-in/backup-codes")
    assert len(re.findall("<code>", browser.get("/sign-in/backup-codes").content.decode())) == 10
    device = HOTPDevice.objects.using(user._state.db).get(user=user)
    assert (device.counter, device.tolerance, device.name) == (38, 10, "88-1203")
    browser.post("/sign-in/backup-codes")
    assert browser.get("/my-account").status_code == 200
    assert list(AuditEntry.objects.using(user._state.db).order_by("id").values_list("verb", flat=True)) == [
        "enrol_factor",
        "sign_in",
    ]
    assert type_code(at_code_page(user), pressed(38)).url == "/"


@pytest.mark.parametrize(("step", "digits", "off"), [(30, 6, 0), (60, 8, 0), (60, 6, -400), (30, 8, 200)])
def test_token_whose_clock_has_wandered_is_enrolled_and_opens_with_its_next_code(
    alice: User, step: int, digits: int, off: int
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as moment:
        browser = DoorClient("care")
        type_password(browser, "alice")
        shown = clock(step=step, digits=digits, seconds_off=off)
        answer = browser.post(TOKEN, token(kind="totp", step=step, digits=digits, code=shown))
        assert answer.url == "/sign-in/backup-codes"

        assert type_code(at_code_page(alice), shown).status_code == 422
        moment.shift(timedelta(seconds=step * 2))
        assert type_code(at_code_page(alice), clock(step=step, digits=digits, seconds_off=off)).url == "/"


@pytest.mark.parametrize(
    ("secret", "said"),
    [
        ("xyz1", "Write the secret in base32"),
        ("é" * 32, "Write the secret in base32"),
        ("ABCDEFGHIJKLMNOPQRSTUVWXY", "A letter or digit is missing"),
        ("00" * 15, "A secret has 16 to 40 bytes"),
        ("00" * 41, "A secret has 16 to 40 bytes"),
        ("", "This field is required."),
        ("00\x00" * 20, "Null characters are not allowed"),
    ],
)
def test_secret_that_cannot_be_one_is_refused_with_a_sentence_and_what_was_typed_stays(
    alice: User, secret: str, said: str
) -> None:
    browser = DoorClient("care")
    type_password(browser, "alice")

    answer = browser.post(TOKEN, token(secret=secret))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert 'value="88-1203"' in page
    assert not HOTPDevice.objects.exists()


@given(st.binary(min_size=16, max_size=40), st.sampled_from(["hex", "HEX", "base32", "grouped"]))
def test_secret_is_read_however_the_maker_wrote_it(secret: bytes, how: str) -> None:
    letters = b32encode(secret).decode().rstrip("=")
    written = {
        "hex": secret.hex(),
        "HEX": secret.hex(" ").upper(),
        "base32": letters + "=" * (-len(letters) % 8),
        "grouped": "-".join(letters[at : at + 4] for at in range(0, len(letters), 4)),
    }[how]
    # Letters that could be hexadecimal too are read as such; no maker's secret of random bytes is written so.
    if how in {"base32", "grouped"} and re.fullmatch("([0-9A-F]{2})+", letters):
        return

    assert secret_in_hex(written) == secret.hex()


def test_wrong_code_of_a_new_token_saves_nothing_and_says_what_to_check(alice: User) -> None:
    browser = DoorClient("care")
    type_password(browser, "alice")

    answer = browser.post(TOKEN, token(code="000000"))

    assert answer.status_code == 422
    assert "This token does not give this code." in answer.content.decode()
    assert not HOTPDevice.objects.exists()
    alice.refresh_from_db()
    assert alice.second_factor_since is None


def test_code_page_takes_the_code_of_any_device(alice: User) -> None:
    enrolled(alice)
    give_button(alice)
    TOTPDevice.objects.create(user=alice, name="other", key="ab" * 20, confirmed=True)
    StaticDevice.objects.create(user=alice, name="backup codes").token_set.create(token="abcd2345")

    opened = [
        type_code(at_code_page(alice), code).status_code
        for code in (pressed(0), clock(key=bytes.fromhex("ab" * 20)), "abcd-2345", pressed(1))
    ]

    assert opened == [302, 302, 302, 302]
    counts = [*TOTPDevice.objects.values_list("throttling_failure_count", flat=True)]
    assert counts == [0, 0], "A code of one device is no wrong code of another."


def test_wrong_code_counts_against_every_device_it_might_have_been_of(alice: User) -> None:
    enrolled(alice)
    give_button(alice)
    browser = at_code_page(alice)

    with time_machine.travel(timezone.now(), tick=False) as moment:
        assert type_code(browser, "000000").status_code == 422
        too_soon = type_code(browser, pressed(0))
        moment.shift(2)
        assert type_code(browser, pressed(0)).url == "/"

    assert too_soon.status_code == 429
    assert too_soon.headers["Retry-After"] == "1"
    assert HOTPDevice.objects.get().throttling_failure_count == 0
    assert TOTPDevice.objects.get().throttling_failure_count == 0


def test_code_of_a_button_is_worth_nothing_a_second_time(alice: User) -> None:
    give_button(alice)

    assert type_code(at_code_page(alice), pressed(3)).url == "/"
    with time_machine.travel(timezone.now() + timedelta(seconds=5), tick=True):
        assert type_code(at_code_page(alice), pressed(3)).status_code == 422
        assert HOTPDevice.objects.get().counter == 4


def test_token_pressed_in_a_pocket_is_found_again_by_two_codes_in_a_row(alice: User) -> None:
    give_button(alice)
    with time_machine.travel(timezone.now(), tick=False) as moment:
        browser = at_code_page(alice)
        alone = type_code(browser, pressed(300))
        moment.shift(5)
        not_in_a_row = type_code(browser, f"{pressed(300)} {pressed(302)}")
        moment.shift(5)
        answer = type_code(browser, f"{pressed(300)} {pressed(301)}")

    assert (alone.status_code, not_in_a_row.status_code, answer.url) == (422, 422, "/")
    assert HOTPDevice.objects.get().counter == 302


def test_my_account_lists_factors_and_adds_one_with_the_password(alice: User, at_door: Browser) -> None:
    browser = at_door(alice)
    assert browser.post(ADD_TOKEN, token()).status_code == 422
    assert browser.post(ADD_TOKEN, token(password="wrong")).status_code == 422
    assert not HOTPDevice.objects.exists()

    answer = browser.post(ADD_TOKEN, token(password=PASSWORD))

    assert answer.url == "/my-account"
    page = browser.get("/my-account").content.decode()
    assert re.findall(r'<a href="/my-account/factors/[a-z]+-\d+">([^<]+)</a>', page) == ["test", "88-1203"]
    assert "Your new second factor holds from now on." in page
    entry = AuditEntry.objects.exclude(verb="failed_sign_in").get()
    assert (entry.verb, entry.target_type) == ("enrol_factor", "otp_hotp.hotpdevice")


def test_authenticator_is_added_as_a_second_one(alice: User, at_door: Browser) -> None:
    browser = at_door(alice)
    page = browser.get("/my-account/new-factor").content.decode()
    secret = re.search(r'class="secret"[^>]*>([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    key = bytes.fromhex(secret_in_hex(secret))

    answer = browser.post("/my-account/new-factor", {"code": clock(key=key), "password": PASSWORD})

    assert answer.url == "/my-account"
    assert TOTPDevice.objects.filter(user=alice, key=key.hex(), name="Authenticator").exists()


def test_factor_is_renamed_and_removed_with_the_password_but_never_the_last_one(alice: User, at_door: Browser) -> None:
    browser = at_door(alice)
    device = give_button(alice)
    path, first = f"/my-account/factors/hotp-{device.pk}", f"/my-account/factors/totp-{TOTPDevice.objects.get().pk}"

    assert browser.post(path, {"do": "rename", "name": ""}).status_code == 422
    assert browser.post(path, {"do": "rename", "name": "Keyring"}).url == "/my-account"
    assert HOTPDevice.objects.get().name == "Keyring"
    assert browser.post(path, {"do": "remove", "password": "wrong"}).status_code == 422
    assert browser.post(path, {"do": "remove", "password": PASSWORD}).url == "/my-account"
    assert browser.get(path).status_code == 404
    last = browser.post(first, {"do": "remove", "password": PASSWORD})

    assert last.status_code == 422
    assert "This is your only second factor besides the code sheet." in last.content.decode()
    assert TOTPDevice.objects.filter(user=alice).count() == 1
    deeds = AuditEntry.objects.exclude(verb="failed_sign_in").order_by("id").values_list("verb", flat=True)
    # The page of what is gone was asked for, too.
    assert [*deeds] == ["rename_factor", "remove_factor", "refuse"]


def test_removing_the_factor_in_use_keeps_this_session_and_ends_those_it_opened_elsewhere(
    alice: User, at_door: Browser
) -> None:
    here, elsewhere = at_door(alice), at_door(alice)
    give_button(alice)

    used = TOTPDevice.objects.get()
    here.post(f"/my-account/factors/totp-{used.pk}", {"do": "remove", "password": PASSWORD})

    assert here.get("/my-account").status_code == 200
    assert elsewhere.get("/my-account").url == "/sign-in/code"


def test_factor_of_somebody_else_does_not_exist(alice: User, bob: User, at_door: Browser) -> None:
    browser, device = at_door(bob), give_button(alice)

    for do in ({"do": "rename", "name": "mine"}, {"do": "remove", "password": PASSWORD}):
        assert browser.post(f"/my-account/factors/hotp-{device.pk}", do).status_code == 404
    assert browser.get(f"/my-account/factors/hotp-{device.pk}").status_code == 404
    assert browser.get("/my-account/factors/key-x").status_code == 404
    assert HOTPDevice.objects.get().name == "88-1203"


@pytest.mark.parametrize(("kind", "code"), [("hotp", pressed(5)), ("hotp", ""), ("totp", ""), ("totp", "now")])
def test_officer_gets_a_token_from_the_accounts_door_and_needs_no_telephone(
    oscar: User, ada: User, at_door: Browser, kind: str, code: str
) -> None:
    desk = at_door(ada)
    code = clock() if code == "now" else code

    answer = desk.post(f"/accounts/{oscar.side}/{oscar.pk}", {"do": "token", **token(kind=kind, code=code)})

    assert (answer.status_code, answer.url) == (302, f"/accounts/{oscar.side}/{oscar.pk}")
    page = desk.get(f"/accounts/{oscar.side}/{oscar.pk}").content.decode()
    assert ("token with a button" if kind == "hotp" else "authenticator or token with a clock") in page
    assert KEY.hex() not in page
    [entry] = AuditEntry.objects.using("prison").filter(door="accounts")
    assert (entry.verb, entry.user_id, entry.target_id) == ("give_token", ada.pk, str(oscar.pk))

    browser = at_code_page(oscar)
    with time_machine.travel(timezone.now() + timedelta(seconds=60), tick=True):
        shown = clock() if kind == "totp" else pressed(6)
        assert type_code(browser, shown).url == "/sign-in/backup-codes"
        assert len(re.findall("<code>", browser.get("/sign-in/backup-codes").content.decode())) == 10
        browser.post("/sign-in/backup-codes")
        assert browser.get("/").url == "/password"
        changed = {"new_password": "les clefs du bâtiment A", "again": "les clefs du bâtiment A"}
        assert browser.post("/password", changed).url == "/"
        assert browser.get("/").status_code == 200
    assert StaticToken.objects.using("prison").count() == 10


def test_token_given_besides_a_factor_leaves_that_one_and_its_code_sheet(
    alice: User, ada: User, at_door: Browser
) -> None:
    enrolled(alice)
    StaticDevice.objects.create(user=alice, name="backup codes").token_set.create(token="abcd2345")

    at_door(ada).post(f"/accounts/{alice.side}/{alice.pk}", {"do": "token", **token(code="")})

    # The administrator had a hand in the sign-in: a password of one's own comes next.
    assert type_code(at_code_page(alice), code_of(alice)).url == "/password"
    assert type_code(at_code_page(alice), pressed(0)).url == "/password"
    assert type_code(at_code_page(alice), "abcd2345").url == "/password"


@pytest.mark.parametrize("do", ["token", "reset_factor", "first_password"])
def test_administrators_hand_in_a_sign_in_ends_its_sessions_and_asks_for_a_new_password(
    do: str, alice: User, ada: User, at_door: Browser
) -> None:
    browser = at_door(alice)

    at_door(ada).post(f"/accounts/{alice.side}/{alice.pk}", {"do": do, **token(code="")})

    assert browser.get("/my-account").url.startswith("/sign-in")
    alice.refresh_from_db()
    assert alice.must_change_password
    assert [*AuditEntry.objects.filter(username="ada").values_list("door", "target_id")] == [
        ("accounts", str(alice.pk))
    ]


@pytest.mark.parametrize(
    "wrong", [{"code": "000000"}, {"secret": "zz"}, {"name": ""}, {"kind": "sms"}, {"digits": "7"}, {"step": "1"}]
)
def test_wrong_token_is_not_given_and_the_page_keeps_what_was_typed(
    oscar: User, ada: User, at_door: Browser, wrong: dict[str, str]
) -> None:
    answer = at_door(ada).post(f"/accounts/{oscar.side}/{oscar.pk}", {"do": "token", **token(), **wrong})

    assert answer.status_code == 422
    assert "<details open>" in answer.content.decode()
    assert not HOTPDevice.objects.using("prison").exists()
    oscar.refresh_from_db()
    assert oscar.second_factor_since is None


def test_administrator_gives_no_token_to_himself_or_to_another_establishment(
    ada: User, otto: User, at_door: Browser
) -> None:
    browser = at_door(ada)

    assert browser.post(f"/accounts/{ada.side}/{ada.pk}", {"do": "token", **token()}).status_code == 422
    assert browser.post(f"/accounts/{otto.side}/{otto.pk}", {"do": "token", **token()}).status_code == 404
    assert not any(HOTPDevice.objects.using(side).exists() for side in ("default", "prison"))


def test_reset_forgets_tokens_and_keys_too(oscar: User, ada: User, at_door: Browser) -> None:
    give_button(oscar)
    key_of(oscar)

    at_door(ada).post(f"/accounts/{oscar.side}/{oscar.pk}", {"do": "reset_factor"})

    assert not HOTPDevice.objects.using("prison").exists()
    assert not WebAuthnCredential.objects.using("prison").exists()
    assert type_password(DoorClient("prison"), "oscar").url == "/sign-in/second-factor"


def test_list_of_accounts_names_kinds_in_one_query_whatever_their_number(
    unit_a: Unit, oscar: User, ada: User, at_door: Browser
) -> None:
    give_button(oscar)
    key_of(oscar)
    browser = at_door(ada)
    page = browser.get("/").content.decode()
    for number in range(5):
        officer = member(Role.FLOOR_OFFICER, unit_a.establishment, username=f"officer{number}")
        give_button(officer, key=bytes([number] * 20))

    assert '<div class="count">token with a button</div>' in tight(page)
    assert '<div class="count">security key</div>' in tight(page)
    before = _queries(browser)
    give_button(oscar, name="another")
    assert _queries(browser) == before
    assert "token with a button (2)" in browser.get("/").content.decode()


def _queries(browser: DoorClient) -> int:
    with CaptureQueriesContext(connections["default"]) as here, CaptureQueriesContext(connections["prison"]) as there:
        browser.get("/")
    return len(here) + len(there)


# --- Security keys: the ceremonies themselves are in tests/browser, with a key of the browser's own -----------


def test_key_is_asked_for_only_where_browsers_let_keys_work(alice: User) -> None:
    give_button(alice)
    key_of(alice)

    pages = {}
    for host in ("localhost:8301", "127.0.0.1:8301", "testserver"):
        browser = DoorClient("care", headers={"accept-language": "en", "host": host})
        type_password(browser, "alice")
        pages[host] = browser.get("/sign-in/code").content.decode()

    assert "Use my security key" in pages["localhost:8301"]
    assert "&quot;rpId&quot;: &quot;localhost&quot;" in pages["localhost:8301"]
    for host in ("127.0.0.1:8301", "testserver"):
        assert "Use my security key" not in pages[host]
        assert "Your security key works only where this door is opened by its name." in pages[host]


def test_page_of_a_new_key_on_a_number_says_under_which_name_to_open_it(alice: User) -> None:
    browser = DoorClient("care", headers={"accept-language": "en", "host": "127.0.0.1:8301"})
    type_password(browser, "alice")

    page = browser.get("/sign-in/second-factor/key").content.decode()

    assert '<a href="http://localhost:8301/sign-in/second-factor/key">' in tight(page)
    assert "Register my key" not in page


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "no json",
        "[]",
        "{}",
        "null",
        '{"response": {}}',
        '{"response": null, "id": "x"}',
        '{"id": "aWQ", "rawId": "aWQ", "type": "public-key", "response": {"clientDataJSON": "e30",'
        ' "attestationObject": "oA", "authenticatorData": "AA", "signature": "AA"}}',
        '{"id": 1, "rawId": 2, "type": 3, "response": {"clientDataJSON": 4, "transports": 5}}',
        "9" * 20_001,
    ],
)
def test_answer_that_no_key_gave_opens_nothing_and_saves_nothing(alice: User, bob: User, answer: str) -> None:
    headers = {"accept-language": "en", "host": "localhost:8301"}
    newcomer = DoorClient("care", headers=headers)
    type_password(newcomer, "alice")
    newcomer.get("/sign-in/second-factor/key")
    known = DoorClient("care", headers=headers)
    give_button(bob)
    key_of(bob)
    type_password(known, "bob")
    known.get("/sign-in/code")

    registered = newcomer.post("/sign-in/second-factor/key", {"name": "blue", "answer": answer})
    opened = known.post("/sign-in/key", {"answer": answer})

    assert (registered.status_code, opened.status_code) == (422, 422)
    assert "does not fit" in opened.content.decode()
    assert WebAuthnCredential.objects.get().user == bob
    assert known.get("/").url == "/sign-in/code"
