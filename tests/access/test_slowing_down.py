"""What strangers can do at the sign-in page, and what they cannot: guess, and keep anybody out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection, connections
from django.test import override_settings
from django.utils import timezone

from access import accounts, attempts
from access.attempts import digest
from access.models import AccountEvent, AuditEntry, FailedAttempts, User
from tests.access.test_signing_in import code_of, enrolled, type_code, type_password
from tests.conftest import Unit
from tests.doors import AtDoor, DoorClient, through
from tests.factories import PASSWORD

SOCKET = {"REMOTE_ADDR": ""}


def stranger(door: str = "care", **more: Any) -> DoorClient:
    """A browser that nobody has signed in with, behind a socket of the machine: without an address."""
    return DoorClient(door, **SOCKET, **more)


def guess(name: str, times: int, door: str = "care") -> list[int]:
    return [type_password(stranger(door), name, f"guess {nth}").status_code for nth in range(times)]


def signed_in_before(user: User) -> DoorClient:
    """The browser at which `user` sits every day, signed out."""
    browser = stranger()
    type_password(browser, user.username)
    assert type_code(browser, code_of(user)).status_code == 302
    browser.post(browser.url("access:sign_out"))
    return browser


def verbs(**which: Any) -> list[str]:
    return list(AuditEntry.objects.filter(**which).order_by("id").values_list("verb", flat=True))


def test_guesses_without_an_address_are_made_to_wait_whatever_the_spelling_and_the_browser(alice: User) -> None:
    codes = [
        type_password(stranger(headers={"user-agent": f"browser {nth}"}), name, "wrong").status_code
        for nth, name in enumerate(["alice", "Alice", "ALICE", " alice", "alice", "alice"])
    ]

    assert codes == [401, 401, 401, 401, 429, 429]
    right = type_password(stranger(), "alice")
    assert right.status_code == 429
    assert f"Too many attempts have failed. Wait {right.headers['Retry-After']} second" in right.content.decode()
    assert 1 <= int(right.headers["Retry-After"]) <= 8


def test_wait_doubles_with_each_failure_and_ends_by_itself(alice: User) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        guess("alice", 4)
        waits = []
        for _nth in range(9):
            wait = int(type_password(stranger(), "alice", "wrong").headers["Retry-After"])
            waits.append(wait)
            clock.shift(wait)
            assert type_password(stranger(), "alice", "wrong").status_code == 401

        assert waits == [8, 16, 32, 64, 128, 256, 512, 512, 512]
        clock.shift(512)
        assert type_password(stranger(), "alice").status_code == 302
        assert FailedAttempts.objects.count() == 0


def test_attempts_at_once_are_counted_before_they_are_looked_at(alice: User) -> None:
    with through("care"):
        for _nth in range(4):
            attempts.count(digest("name", "alice"), user=alice)

    assert type_password(stranger(), "alice").status_code == 429


def test_colleague_who_knows_the_name_does_not_keep_a_nurse_out_of_her_own_computer(alice: User) -> None:
    enrolled(alice)
    hers = signed_in_before(alice)

    assert guess("alice", 8)[-1] == 429

    assert type_password(hers, "alice").status_code == 302
    with time_machine.travel(timezone.now() + timedelta(seconds=60), tick=True):
        assert type_code(hers, code_of(alice)).url == "/"


def test_nurse_at_a_new_computer_shows_a_code_and_does_not_wait(alice: User) -> None:
    enrolled(alice)
    guess("alice", 8)
    browser = stranger()

    refused = type_password(browser, "alice")
    assert (refused.status_code, 'name="code"' in refused.content.decode()) == (429, True)
    assert PASSWORD not in refused.content.decode()
    passed = type_password(browser, "alice", code=code_of(alice))

    assert (passed.status_code, passed.url) == (302, "/")
    assert browser.get("/my-account").status_code == 200
    assert verbs(verb="sign_in") == ["sign_in"]


def test_code_shown_first_opens_nothing_without_the_password_and_is_used_up(alice: User) -> None:
    enrolled(alice)
    guess("alice", 4)
    with time_machine.travel(timezone.now(), tick=False):
        code = code_of(alice)
        first = type_password(stranger(), "alice", "wrong", code=code)
        second = type_password(stranger(), "alice", code=code)

    assert (first.status_code, second.status_code) == (401, 429)


def test_stolen_token_does_not_guess_on_for_ever(alice: User) -> None:
    enrolled(alice)
    guess("alice", 4)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        codes = []
        for _nth in range(6):
            codes.append(type_password(stranger(), "alice", "wrong", code=code_of(alice)).status_code)
            # Nobody waits for the name, either: what waits is the lane of who has the token.
            clock.shift(timedelta(seconds=31) if _nth < 4 else timedelta(seconds=1))
            guess("alice", 4)

    assert codes[:4] == [401] * 4
    assert codes[-1] == 429


def test_wrong_codes_of_strangers_cost_their_owner_nothing(alice: User) -> None:
    enrolled(alice)
    guess("alice", 4)
    for _nth in range(8):
        assert type_password(stranger(), "alice", code="000000").status_code == 429

    assert type_password(stranger(), "alice", code=code_of(alice)).url == "/"


def test_guesses_at_a_shared_terminal_are_made_to_wait_there_and_nowhere_else(alice: User) -> None:
    enrolled(alice)
    shared = signed_in_before(alice)

    codes = [type_password(shared, "alice", "wrong").status_code for _nth in range(6)]

    assert codes == [401, 401, 401, 401, 429, 429]
    assert type_password(stranger(), "alice").status_code == 302
    with time_machine.travel(timezone.now() + timedelta(seconds=60), tick=True):
        assert type_password(shared, "alice", code=code_of(alice)).status_code == 302


def test_mark_of_a_known_device_is_worth_nothing_for_another_account_and_after_a_new_password(
    alice: User, bob: User
) -> None:
    enrolled(alice)
    hers = signed_in_before(alice)
    guess("bob", 4)
    guess("alice", 4)

    assert type_password(hers, "bob").status_code == 429
    alice.set_password("une girafe sans tambour 7")
    alice.save()
    assert type_password(hers, "alice", "une girafe sans tambour 7").status_code == 429


@pytest.mark.parametrize("forged", ["x", "739950" + "0" * 24, ":", "é" * 30, "." * 5000, "1:" * 400])
def test_forged_mark_is_no_mark(alice: User, forged: str) -> None:
    guess("alice", 4)
    browser = stranger()
    browser.cookies["carehub_care_device"] = forged

    assert type_password(browser, "alice").status_code == 429


@pytest.mark.parametrize("how", ["unlock", "first password", "second factor"])
def test_administrator_ends_the_wait_at_once(unit_a: Unit, alice: User, ada: User, at_door: AtDoor, how: str) -> None:
    guess("alice", 8)
    page = f"/accounts/care/{alice.pk}"
    by = {"by": ada, "establishment": unit_a.establishment}
    password = PASSWORD

    if how == "unlock":
        answer = at_door(ada).post(page, {"do": "unlock"})
        assert (answer.status_code, answer.url) == (302, page)
    elif how == "first password":
        password = accounts.reset_password(alice, **by)
    else:
        accounts.reset_second_factor(alice, **by)

    assert type_password(stranger(), "alice", password).status_code == 302
    if how == "unlock":
        entry = AuditEntry.objects.get(verb="unlock")
        assert (entry.username, entry.target_id) == ("ada", str(alice.pk))


def test_newcomer_with_a_first_password_passes_while_strangers_try_many_names(
    unit_a: Unit, alice: User, ada: User
) -> None:
    with through("care"):
        for _nth in range(100):
            attempts.count_address("")
    assert type_password(stranger(), "alice").status_code == 429

    password = accounts.reset_password(alice, by=ada, establishment=unit_a.establishment)

    assert type_password(stranger(), "alice", password).status_code == 302


def test_many_names_from_one_address_are_made_to_wait_and_another_address_is_not(alice: User) -> None:
    with override_settings(CAREHUB_CLIENT_ADDRESS_HEADER="X-Real-IP"):
        spraying = [
            type_password(DoorClient("care", headers={"x-real-ip": "192.0.2.9"}), f"name{nth}", "wrong").status_code
            for nth in range(25)
        ]
        elsewhere = type_password(DoorClient("care", headers={"x-real-ip": "192.0.2.10"}), "alice")

    assert spraying == [401] * 20 + [429] * 5
    assert elsewhere.status_code == 302
    assert verbs(verb="slow_down", target_type="access.address") == ["slow_down"]


def test_address_in_a_header_is_not_believed_unless_the_installation_names_it(db: None) -> None:
    answers = [
        type_password(
            DoorClient("care", headers={"x-real-ip": f"192.0.2.{nth}", "x-forwarded-for": f"192.0.2.{nth}"}),
            f"name{nth}",
            "wrong",
        ).status_code
        for nth in range(25)
    ]

    assert answers[-1] == 429


def test_what_fails_at_one_door_leaves_the_others_alone_and_unseen(alice: User, ada: User) -> None:
    guess("alice", 5, "prison")

    assert type_password(stranger("prison"), "alice").status_code == 429
    assert type_password(stranger(), "alice").status_code == 302
    assert FailedAttempts.objects.using("prison").count() == 1
    assert not FailedAttempts.objects.filter(side="accounts").exists()


def test_every_failure_is_a_line_of_the_log_and_no_password_stands_in_any_table(alice: User) -> None:
    guess("alice", 6)
    type_password(stranger(), "alice", "my secret guess")
    # Somebody types the password where the name goes.
    type_password(stranger(), "hunter2hunter2", "x")
    type_password(stranger(), "Hunter2hunter2", "x")

    about_alice = verbs(target_type="access.user", target_id=str(alice.pk))
    assert about_alice == ["failed_sign_in"] * 4 + ["slow_down"]
    unknown = AuditEntry.objects.filter(target_type="access.unknownname")
    assert len({(entry.verb, entry.username, entry.target_id) for entry in unknown}) == 1
    with connection.cursor() as cursor:
        for table in ("access_auditentry", "access_failedattempts", "access_accountevent"):
            cursor.execute(f"SELECT t::text FROM {table} t")
            assert not {"secret", "hunter2"} & set(
                str(cursor.fetchall()).lower().replace("hunter2", " hunter2 ").split()
            )


def test_administrator_reads_the_failures_of_accounts_managed_here_and_of_names_that_nobody_has(
    alice: User, chloe: User, ada: User, at_door: AtDoor
) -> None:
    guess("alice", 5)
    guess("chloe", 1)
    guess("nobody", 1)

    def lines(address: str) -> str:
        """The lines themselves, without the form that names every verb."""
        return at_door(ada).get(address).content.decode().partition("<tbody")[2]

    page, about_alice = lines("/log"), lines(f"/log?who={alice.full_name}")

    assert page.count("failed to sign in") == 5
    assert "a name that no account has" in page
    assert about_alice.count("failed to sign in") == 4
    assert "a name that no account has" not in about_alice


def test_wrong_code_is_a_line_of_the_log_and_told_to_the_owner(alice: User) -> None:
    enrolled(alice)
    browser = stranger()
    type_password(browser, "alice")

    type_code(browser, "000000")

    assert verbs() == ["wrong_code"]
    assert AccountEvent.objects.get(user=alice).what == "wrong_code"


def test_refused_page_is_a_line_of_the_log(alice: User, at_door: AtDoor) -> None:
    assert at_door(alice).get("/planning/kinds/new").status_code == 403

    entry = AuditEntry.objects.get(verb="refuse")
    assert (entry.username, entry.target_type, entry.door) == ("alice", "planning_kind_new", "care")


def test_row_that_is_not_theirs_to_see_is_a_line_of_the_log(alice: User, at_door: AtDoor) -> None:
    browser = at_door(alice)

    assert [browser.get(path).status_code for path in (f"/people/{uuid4()}", "/no-such-page")] == [404, 404]

    # Of an address that no page has there is nothing to learn.
    entry = AuditEntry.objects.get(verb="refuse")
    assert (entry.username, entry.target_type, entry.door) == ("alice", "person", "care")


def test_stranger_does_not_fill_the_log_with_refusals(db: None) -> None:
    browser = stranger(enforce_csrf_checks=True)

    assert type_password(browser, "alice").status_code == 403

    assert not AuditEntry.objects.exists()


def test_guesses_at_an_open_session_are_made_to_wait(alice: User, at_door: AtDoor) -> None:
    browser = at_door(alice)

    answers = [browser.post("/my-account", {"password": f"guess {nth}"}).status_code for nth in range(6)]

    assert answers == [422, 422, 422, 422, 429, 429]
    assert "Too many attempts have failed." in browser.post("/my-account", {"password": PASSWORD}).content.decode()


class CountingHasher(MD5PasswordHasher):
    count = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).count += 1
        return super().encode(password, salt)


@pytest.mark.parametrize("username", ["alice", "nobody", "gone", "oscar"])
def test_name_that_no_account_has_costs_the_same_hashing(alice: User, oscar: User, username: str) -> None:
    User.objects.create(username="gone", side="care", is_active=False, password=alice.password)
    CountingHasher.count = 0

    with override_settings(PASSWORD_HASHERS=["tests.access.test_slowing_down.CountingHasher"]):
        answer = type_password(stranger(), username, "wrong")

    assert (answer.status_code, CountingHasher.count) == (401, 1)


@pytest.mark.parametrize("code", ["", "000000"])
def test_name_that_no_account_has_waits_as_long_and_reads_the_same(alice: User, code: str) -> None:
    enrolled(alice)
    pages = {}
    with time_machine.travel(timezone.now(), tick=False):
        for name in ("alice", "nobody"):
            guess(name, 4)
            answer = type_password(stranger(), name, "wrong", code=code)
            text = answer.content.decode().replace(f'value="{name}"', "")
            pages[name] = (answer.status_code, answer.headers["Retry-After"], text)

    first, second = pages.values()
    assert first[:2] == second[:2]
    strip = lambda text: "".join(part for part in text.split('"') if len(part) != 64)  # noqa: E731 the token of the form
    assert strip(first[2]) == strip(second[2])


def test_failure_that_lies_ahead_of_a_clock_set_back_makes_nobody_wait(alice: User) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=32), tick=True):
        guess("alice", 8)

    assert type_password(stranger(), "alice").status_code == 302
    assert connections["default"].vendor == "postgresql"
