"""The attacks of which the sign-in page has to think, on a real server, behind a Unix socket and over TCP."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password

from access.enums import Role
from access.hashing import BoundedArgon2
from access.models import AuditEntry, User
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
    for way in WAYS:
        door = real_door.of(way)
        alice = nurse(f"alice-{way}")
        hers = signed_in(door, alice)
        hers.ask("POST", "/sign-out", {})

        # Brute force: sixty wrong ones, then the right one. The stranger never comes in.
        stranger = Attacker(door)
        answers = [stranger.guess(alice.username, f"guess {nth}") for nth in range(60 if way == "socket" else 20)]
        assert (set(answers[:4]), set(answers[5:])) == ({401}, {429})
        assert stranger.guess(alice.username, PASSWORD) == 429
        assert Attacker(door).guess(alice.username, PASSWORD) == 429

        # The lock-out of a colleague has failed: at her own computer she does not even notice, ...
        assert hers.guess(alice.username, PASSWORD) == 302
        # ... and at any other one she shows a code with the password.
        elsewhere = Attacker(door)
        assert elsewhere.guess(alice.username, PASSWORD, code=next_code(alice)) == 302
        assert elsewhere.ask("GET", "/my-account")[0] == 200

    # Spraying one password over many names, from one address: four have failed from there already.
    sprayed = [Attacker(real_door.port).guess(f"somebody{nth}", "Printemps2026!") for nth in range(40)]
    assert sprayed.count(401) <= 16
    assert set(sprayed[-20:]) == {429}
    verbs = list(AuditEntry.objects.values_list("verb", flat=True))
    assert verbs.count("failed_sign_in") == sprayed.count(401) + 2 * 4
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
    """Printed is the ratio in the same run; asserted is one that a machine with other work to do keeps."""
    browser = signed_in(real_door.path, nurse("alice"))

    def median() -> float:
        times = []
        for _nth in range(25):
            began = time.perf_counter()
            assert browser.ask("GET", "/my-account")[0] == 200
            times.append(time.perf_counter() - began)
        return statistics.median(times)

    before = median()
    flood = subprocess.Popen(
        [sys.executable, str(ATTACKER), real_door.path, "16", "12"], stdout=subprocess.PIPE, text=True
    )
    time.sleep(2)
    during = median()
    answers, _nothing = flood.communicate(timeout=60)
    say(f"signed-in page: {before:.3f} s, during the flood {during:.3f} s, {during / before:.1f} times; {answers}")

    assert during < 8 * before
