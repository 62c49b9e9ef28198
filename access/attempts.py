"""Counts what failed at the sign-in page and says how long to wait. Slows down, and locks nobody out.

Each lane has its own growing wait: a name from unknown devices, a name from one known device, a name whose second
factor was shown first. Strangers fill the first lane only. Clients are counted by address, by the library `limits`, in
the memory of each worker (docs/adr/0035).
"""

from __future__ import annotations

import time
from datetime import timedelta
from functools import cache
from math import ceil

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from access.clients import network_of
from access.enums import Happening
from access.models import AccountEvent, FailedAttempts, User
from access.models.attempt import FREE_FAILURES

# Failures of one address within five minutes; of all together where no address can be known.
OF_ONE_ADDRESS = RateLimitItemPerMinute(20, 5, namespace="address")
OF_ALL_TOGETHER = RateLimitItemPerMinute(60, 5, namespace="together")
# An address that must wait is a line of the log once in so long, not once a request.
TOLD_ONCE = RateLimitItemPerMinute(1, 5, namespace="told")
# For so long after an administrator has let somebody in again, what others do at the same address does not count.
LET_IN = timedelta(hours=1)


@cache
def failures() -> MovingWindowRateLimiter:
    """Return this process's counts; begun where they are first needed, for they bring a thread."""
    return MovingWindowRateLimiter(MemoryStorage())


class Slowed(Exception):
    """Nothing was looked at: too many failures came before. `is_new` says that nobody was told of it yet."""

    def __init__(self, wait_seconds: int, *, is_new: bool = False) -> None:
        super().__init__()
        self.wait_seconds, self.is_new = wait_seconds, is_new


def forget_addresses() -> None:
    """Begin anew, as a process does that was just started."""
    failures().storage.reset()


def digest(*words: object) -> str:
    """Return the name of a lane, from which nothing of what was typed can be had without the key."""
    return salted_hmac("access.attempts", "\n".join(map(str, words)), algorithm="sha256").hexdigest()


def count(lane: str, *, user: User | None) -> None:
    """Count an attempt before it is looked at. Raises Slowed while the lane waits, and then nothing is counted.

    Counted first, a hundred attempts at once are a hundred attempts. Whoever succeeds takes theirs back (`forget`).
    """
    with transaction.atomic():
        row, _is_new = FailedAttempts.objects.select_for_update().get_or_create(
            side=settings.CAREHUB_DOOR, lane=lane, defaults={"user": user}
        )
        allowed, why = row.verify_is_allowed()
        if not allowed and why:
            raise Slowed(max(1, ceil((why["locked_until"] - timezone.now()).total_seconds())))
        row.throttle_increment()


def take_back(lane: str) -> None:
    """Count one attempt less: it was not looked at after all."""
    rows = FailedAttempts.objects.filter(side=settings.CAREHUB_DOOR, lane=lane, throttling_failure_count__gt=0)
    rows.update(throttling_failure_count=F("throttling_failure_count") - 1)


def has_begun_to_wait(lane: str) -> bool:
    """Whether the failure just counted is the first that makes the next one wait."""
    rows = FailedAttempts.objects.filter(side=settings.CAREHUB_DOOR, lane=lane)
    return rows.filter(throttling_failure_count=FREE_FAILURES + 1).exists()


def forget(lane: str) -> None:
    FailedAttempts.objects.filter(side=settings.CAREHUB_DOOR, lane=lane).delete()


def limit_of(address: str) -> tuple[RateLimitItem, str]:
    return (OF_ONE_ADDRESS, network_of(address)) if address else (OF_ALL_TOGETHER, settings.CAREHUB_DOOR)


def require_quiet(address: str) -> None:
    """Raise Slowed when too much has failed from this address."""
    limit, key = limit_of(address)
    if failures().test(limit, key):
        return
    wait = ceil(failures().get_window_stats(limit, key).reset_time - time.time())
    if wait > limit.get_expiry():
        # The clock was set back, and what was counted lies ahead.
        failures().clear(limit, key)
        return
    raise Slowed(max(1, wait), is_new=failures().hit(TOLD_ONCE, key))


def count_address(address: str) -> None:
    limit, key = limit_of(address)
    failures().hit(limit, key)


def is_news(what: str, address: str) -> bool:
    """Whether nothing alike was told of this address within some minutes: strangers must not fill the log."""
    return failures().hit(TOLD_ONCE, what, limit_of(address)[1])


def use_once(word: str, *, user: User) -> bool:
    """Note a word that may be used once, and say whether this was the first time. Forgotten after a day."""
    _row, is_new = FailedAttempts.objects.get_or_create(
        side=settings.CAREHUB_DOOR,
        lane=digest("once", word),
        defaults={"user": user, "throttling_failure_timestamp": timezone.now()},
    )
    return is_new


def was_let_in(user: User | None) -> bool:
    """Whether an administrator has just given `user` a first password or ended their wait."""
    if user is None:
        return False
    events = AccountEvent.objects.filter(user=user, at__gt=timezone.now() - LET_IN)
    return events.filter(what__in=[Happening.FIRST_PASSWORD, Happening.UNLOCKED]).exists()
