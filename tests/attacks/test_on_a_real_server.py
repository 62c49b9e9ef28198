"""The attacks of which the sign-in page has to think, on a real server, behind a Unix socket and over TCP."""

from __future__ import annotations

import json
import select
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from access.enums import Role
from access.hashing import BoundedArgon2
from access.models import AuditEntry, FailedAttempts, User
from access.turns import PACES, PLACES, Wish
from tests.access.test_signing_in import code_of, enrolled
from tests.attacks.attacker import Attacker
from tests.attacks.conftest import RealDoor
from tests.factories import EstablishmentFactory, member

PASSWORD = "girafe tambour noisette"
ATTACKER = Path(__file__).with_name("attacker.py")
WAYS = ("socket", "tcp")


def say(what: str) -> None:
    """Print a measure, for who asks with -s."""
    sys.stdout.write(f"\n{what}\n")


def nurse(username: str) -> User:
    """A nurse with an authenticator and a password hashed as in production."""
    place = EstablishmentFactory(code=username.upper()[:20])
    user = enrolled(member(Role.NURSE, place, username=username))
    User.objects.filter(pk=user.pk).update(password=make_password(PASSWORD, hasher=BoundedArgon2()))
    user.refresh_from_db()
    return user


def signed_in(door: str, user: User) -> Attacker:
    browser = Attacker(door)
    assert browser.guess(user.username, PASSWORD) == 302
    assert browser.ask("POST", "/sign-in/code", {"code": code_of(user)})[0] == 302
    assert browser.ask("GET", "/my-account")[0] == 200
    return browser


@pytest.mark.slow
def test_brute_force_spraying_and_lock_out_of_a_colleague(real_door: RealDoor) -> None:
    looked_at: list[int] = []
    for way in WAYS:
        door = real_door.of(way)
        alice = nurse(f"alice-{way}")
        hers = signed_in(door, alice)
        hers.ask("POST", "/sign-out", {})

        # Brute force: sixty wrong ones, then the right one. The stranger never comes in.
        stranger, began = Attacker(door), time.monotonic()
        answers = [stranger.guess(alice.username, f"guess {nth}") for nth in range(60 if way == "socket" else 20)]
        assert set(answers) == {401, 429}
        # Four are looked at, and each further one after twice the time: however long this machine takes for sixty.
        looked_at.append(answers.count(401))
        assert time.monotonic() - began >= 8 * (2 ** (looked_at[-1] - 4) - 1)
        FailedAttempts.objects.filter(user=alice).update(throttling_failure_timestamp=timezone.now())
        assert stranger.guess(alice.username, PASSWORD) == 429
        assert Attacker(door).guess(alice.username, PASSWORD) == 429

        # The lock-out of a colleague has failed: at her own computer she does not even notice, ...
        assert hers.guess(alice.username, PASSWORD) == 302
        # ... and at any other one she shows a code with the password.
        elsewhere = Attacker(door)
        assert elsewhere.guess(alice.username, PASSWORD, code=next_code(alice)) == 302
        assert elsewhere.ask("GET", "/my-account")[0] == 200

    # Spraying one password over many names, from one address: four or more have failed from there already.
    sprayed = [Attacker(real_door.port).guess(f"somebody{nth}", "Printemps2026!") for nth in range(40)]
    assert sprayed.count(401) <= 16
    assert set(sprayed[-20:]) == {429}
    verbs = list(AuditEntry.objects.values_list("verb", flat=True))
    assert verbs.count("failed_sign_in") == sprayed.count(401) + sum(looked_at)
    assert verbs.count("slow_down") == 2 + 1


def next_code(user: User) -> str:
    """A code that was not used yet: the one of the next half minute is taken a step early."""
    return code_of(user, later=1)


@pytest.mark.slow
def test_unknown_name_is_answered_with_the_same_words_and_after_the_same_time(real_door: RealDoor) -> None:
    """Medians within 5 % on a quiet machine (`-s` prints them); here the bound is one that a busy machine keeps."""
    for nth in range(8):
        nurse(f"known{nth}")
    seconds: dict[str, list[float]] = {"known": [], "unknown": []}
    words = {}
    for nth in range(8):
        for kind, times in seconds.items():
            browser = Attacker(real_door.path)
            browser.ask("GET", "/sign-in")
            began = time.perf_counter()
            status, text = browser.ask("POST", "/sign-in", {"username": f"{kind}{nth}", "password": "wrong"})
            times.append(time.perf_counter() - began)
            assert status == 401
            words[kind] = text.replace(f"{kind}{nth}", "NAME")

    medians = {kind: statistics.median(times) for kind, times in seconds.items()}
    apart = abs(medians["known"] - medians["unknown"]) / max(medians.values())
    say(f"medians: {medians}, {apart:.1%} apart")
    without_token = [
        [line for line in text.splitlines() if "csrfmiddlewaretoken" not in line] for text in words.values()
    ]
    assert without_token[0] == without_token[1]
    assert 0.4 < medians["known"] / medians["unknown"] < 2.5


@pytest.mark.slow
def test_flood_of_sign_ins_leaves_signed_in_pages_their_time(real_door: RealDoor) -> None:
    """Printed (`-s`) is what a signed-in page takes; asserted is what bounds it: how much the flood gets done."""
    for way in WAYS:
        door = real_door.of(way)
        alice = nurse(f"alice-{way}")
        browser = signed_in(door, alice)
        before = median_of_a_page(browser)
        began = time.monotonic()
        flood = subprocess.Popen(
            [sys.executable, str(ATTACKER), door, "16", "6"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        # Once the first loop has its answer, all of them stand in line.
        assert flood.stdout.readline() == "flooding\n"
        during = median_of_a_page(browser)
        # Meanwhile people come in: where they always sit, and elsewhere with a code.
        browser.ask("POST", "/sign-out", {})
        assert browser.guess(alice.username, PASSWORD) == 302
        assert Attacker(door).guess(alice.username, PASSWORD, code=next_code(alice)) == 302
        told, complaints = flood.communicate(timeout=120)
        seconds = time.monotonic() - began
        answers = Counter(json.loads(told))
        say(
            f"{way}: signed-in page {before:.3f} s, during the flood {during:.3f} s, {during / before:.1f} times; "
            f"{answers.total() / seconds:.0f} answers a second to the flood: {dict(answers)}"
        )

        # All were heard, in their turn, and none more often than the line lets somebody in: it is nobody's machine.
        assert complaints == ""
        assert set(answers) <= {"401", "429"}
        assert answers.total() <= seconds / PACES[Wish.PASSWORD] + 1


def median_of_a_page(browser: Attacker) -> float:
    times = []
    for _nth in range(25):
        began = time.perf_counter()
        assert browser.ask("GET", "/my-account")[0] == 200
        times.append(time.perf_counter() - began)
    return statistics.median(times)


@pytest.mark.slow
def test_crowd_beyond_all_places_is_put_off_and_takes_no_thread(real_door: RealDoor) -> None:
    """Fifty times as many connections at once as there are threads, none of which asks twice."""
    browser = signed_in(real_door.path, nurse("alice"))
    with crowd(real_door.path, 3 * PLACES) as everybody:
        assert browser.ask("GET", "/my-account")[0] == 200
        # Who is refused hears when to come back, and of the way that is open.
        refused = first_answer_of(everybody, "503")
        assert "Retry-After: 5" in refused
        assert "?code" in refused
    # They hang up, and hold nobody's place.
    assert Attacker(real_door.path).guess("alice", PASSWORD) == 302


@pytest.mark.slow
def test_those_who_do_not_hang_up_hold_nobody_up(real_door: RealDoor) -> None:
    """Sixty times the two seconds for which the door still listens to each would be two minutes."""
    browser = signed_in(real_door.path, nurse("alice"))
    asked = b"GET /alive HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    with crowd(real_door.path, 60, asked) as everybody:
        assert {one.makefile(newline="").read()[:15] for one in everybody} == {"HTTP/1.1 200 OK"}
        assert browser.ask("GET", "/my-account")[0] == 200


FORM = b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\na=b"


@contextmanager
def crowd(path: str, number: int, asked: bytes = FORM) -> Iterator[list[socket.socket]]:
    """So many strangers who have asked for something, by default to be signed in, and wait for the answer."""
    with ExitStack() as stack:
        everybody = []
        for _nth in range(number):
            one = stack.enter_context(socket.socket(socket.AF_UNIX))
            one.settimeout(60)
            one.connect(path)
            one.sendall(asked)
            everybody.append(one)
        yield everybody


def first_answer_of(everybody: list[socket.socket], status: str) -> str:
    """Read what is answered until somebody hears this status."""
    silent = list(everybody)
    while True:
        heard, _, _ = select.select(silent, [], [], 60)
        assert heard, f"nobody heard {status}"
        silent = [one for one in silent if one not in heard]
        for one in heard:
            said = one.recv(65536).decode()
            if said.split(" ")[1] == status:
                # Who is refused is not kept: what comes until the end belongs to it.
                return said + one.makefile(newline="").read()


def answers_to(door: RealDoor, said: bytes) -> bytes:
    """All that the door answers to what was said on one connection, until it hangs up or is silent for a while."""
    found = b""
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(door.path)
        link.settimeout(15)
        link.sendall(said)
        with suppress(TimeoutError):
            while part := link.recv(65_536):
                found += part
    return found


SMUGGLED = b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lengths", "body"),
    [
        (b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n" + SMUGGLED),
        (b"Content-Length: 0\r\nContent-Length: %d\r\n" % len(SMUGGLED), SMUGGLED),
        (b"Content-Length: +0\r\n", SMUGGLED),
        (b"Transfer-Encoding: xchunked\r\n", b"0\r\n\r\n" + SMUGGLED),
        (b"Transfer-Encoding : chunked\r\n", b"0\r\n\r\n" + SMUGGLED),
        (b"Transfer-Encoding: chunked\r\n", b"-1\r\n\r\n" + SMUGGLED),
    ],
    ids=["both", "two lengths", "a sign", "no such coding", "a blank before the colon", "a negative chunk"],
)
def test_message_whose_length_is_said_in_two_ways_is_refused(real_door: RealDoor, lengths: bytes, body: bytes) -> None:
    said = answers_to(real_door, b"POST /alive HTTP/1.1\r\nHost: localhost\r\n" + lengths + b"\r\n" + body)

    # Of a body that cannot be read the door may say so once more. No second request was read out of it.
    assert {answer[:3] for answer in said.split(b"HTTP/1.1 ")[1:]} <= {b"400", b"403", b"405", b"501"}
    assert said.count(b"HTTP/1.1 ") <= 2
    assert b"ok " not in said
