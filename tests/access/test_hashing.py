"""Hashing is bounded: whoever floods the sign-in page is refused at once, and those who are known still come in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.test import override_settings

from access import hashing
from access.hashing import BoundedArgon2, Busy, Pool
from access.models import AuditEntry, FailedAttempts, User
from tests.access.test_signing_in import code_of, enrolled, type_code, type_password
from tests.doors import DoorClient
from tests.factories import PASSWORD

AS_IN_PRODUCTION = override_settings(PASSWORD_HASHERS=["access.hashing.BoundedArgon2"])


@contextmanager
def full(pool: Pool) -> Iterator[None]:
    """Let all places of a pool be taken, as in a flood."""
    taken = 0
    while pool._places.acquire(blocking=False):
        taken += 1
    try:
        assert taken == hashing.RUNNING + hashing.WAITING
        yield
    finally:
        for _nth in range(taken):
            pool._places.release()


def test_pool_refuses_at_once_what_would_wait_behind_others_and_goes_on_afterwards() -> None:
    pool = Pool("tried", patience=10, steps_back=True)

    with full(pool), pytest.raises(Busy):
        pool.do(lambda: 1)

    assert pool.do(lambda: 1) == 1


def test_pool_hands_on_what_its_work_raises_and_keeps_its_places() -> None:
    pool = Pool("tried", patience=10)

    for _nth in range(5):
        with pytest.raises(ZeroDivisionError):
            pool.do(lambda: 1 / 0)

    assert pool.do(lambda: 1) == 1


def test_hash_is_argon2id_on_one_core_with_at_least_what_owasp_asks() -> None:
    with AS_IN_PRODUCTION:
        encoded = make_password(PASSWORD)

        assert encoded.startswith("argon2$argon2id$v=19$m=65536,t=3,p=1$")
        assert check_password(PASSWORD, encoded)
        assert not check_password("wrong", encoded)


def test_flood_of_strangers_is_told_to_come_back_and_a_known_device_is_let_in(alice: User) -> None:
    enrolled(alice)
    User.objects.filter(pk=alice.pk).update(password=make_password(PASSWORD, hasher=BoundedArgon2()))
    alice.refresh_from_db()
    with AS_IN_PRODUCTION:
        hers = DoorClient("care")
        type_password(hers, "alice")
        type_code(hers, code_of(alice))
        hers.post("/sign-out")

        with full(hashing.STRANGERS):
            refused = [type_password(DoorClient("care"), "alice", "wrong") for _nth in range(8)]
            known = type_password(hers, "alice")

    assert {answer.status_code for answer in refused} == {503}
    assert refused[0].headers["Retry-After"] == "5"
    page = refused[0].content.decode()
    assert "Very many people are signing in just now. Wait a few seconds and try again." in page
    assert 'name="code"' in page
    assert known.status_code == 302
    # What nobody looked at is no failure of anybody's.
    assert not FailedAttempts.objects.filter(throttling_failure_count__gt=0).exists()
    assert not AuditEntry.objects.filter(verb="failed_sign_in").exists()
