"""Hashes passwords in two small pools, so that whoever floods the sign-in page takes no time from signed-in pages.

One hashing keeps a core busy for a tenth of a second, and the page of sign-in is open to all. Strangers share one pool,
people who are known the other; strangers' thread steps back behind those that serve pages. What would wait behind too
many others is refused at once: a thread that waits is a thread that serves no page.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, cast

from django.contrib.auth.hashers import Argon2PasswordHasher, BasePasswordHasher, get_hasher
from django.utils import timezone

from access.passwords import in_groups

# Two of a worker's four threads stay with the signed-in, whatever happens at the sign-in page.
RUNNING, WAITING = 1, 1
STRANGERS_PATIENCE, PATIENCE = 10, 30
# How far strangers' threads step back: a third of what a page gets, so that a busy machine still signs people in.
NICENESS = 5


class Busy(Exception):
    """More passwords are waiting to be checked than can be soon."""

    wait_seconds = 5


class Pool:
    """A few threads for hashing, and a few places to wait for them."""

    def __init__(self, name: str, *, patience: int, steps_back: bool = False) -> None:
        self.name, self.patience, self.steps_back = name, patience, steps_back
        self._places = threading.BoundedSemaphore(RUNNING + WAITING)
        self._lock = threading.Lock()
        self._threads: ThreadPoolExecutor | None = None

    def do(self, work: Callable[[], Any]) -> Any:
        """Return what `work` returns. Raises Busy at once where all places are taken, or when it takes too long."""
        if not self._places.acquire(blocking=False):
            raise Busy
        try:
            future = self.threads().submit(work)
            try:
                return future.result(timeout=self.patience)
            except Late as late:
                future.cancel()
                raise Busy from late
        finally:
            self._places.release()

    def threads(self) -> ThreadPoolExecutor:
        """Return the pool's threads, begun where they are first needed: after gunicorn has forked."""
        with self._lock:
            if self._threads is None:
                begin = step_back if self.steps_back else None
                self._threads = ThreadPoolExecutor(RUNNING, f"hashing-{self.name}", initializer=begin)
            return self._threads


def step_back() -> None:
    """Let what serves pages go first. Linux has a niceness for each thread."""
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


STRANGERS = Pool("strangers", patience=STRANGERS_PATIENCE, steps_back=True)
KNOWN = Pool("known", patience=PATIENCE)
_pool: ContextVar[Pool] = ContextVar("pool", default=KNOWN)


@contextmanager
def within(pool: Pool) -> Iterator[None]:
    """Hash in one of the pools; elsewhere it is that of people who are known."""
    before = _pool.set(pool)
    try:
        yield
    finally:
        _pool.reset(before)


class BoundedArgon2(Argon2PasswordHasher):
    """Argon2id on one core: 64 MiB, three passes (RFC 9106, section 4, the second choice, with one lane)."""

    time_cost = 3
    memory_cost = 65_536
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        return cast("str", _pool.get().do(lambda: super(BoundedArgon2, self).encode(password, salt)))

    def verify(self, password: str, encoded: str) -> bool:
        return cast("bool", _pool.get().do(lambda: super(BoundedArgon2, self).verify(password, encoded)))


class EnrolmentCode(BasePasswordHasher):
    """The code of an enrolment sheet: drawn at random (79 bits), good until a day, replaced at the first sign-in.

    What is random needs no slow hash: nobody goes through 2^79 codes. So 5,000 are written in a second. To check one
    takes as long as a password all the same, or the sign-in page would tell who has not enrolled yet.
    """

    algorithm = "enrolment"

    def encode(self, password: str, salt: str) -> str:
        """Return what is kept of a code; `salt` is its last instant (seconds since 1970), a dash and random signs."""
        return f"{self.algorithm}${salt}${hashlib.sha256(f'{salt}${password}'.encode()).hexdigest()}"

    def verify(self, password: str, encoded: str) -> bool:
        """Take what stands on the sheet in capitals, too, and without its hyphens or with blanks between."""
        usual = get_hasher()
        usual.encode(password, usual.salt())
        return secrets.compare_digest(self.encode(in_groups(password), encoded.split("$")[1]), encoded)

    def must_update(self, encoded: str) -> bool:
        return False

    def safe_summary(self, encoded: str) -> dict[Any, Any]:
        return {"algorithm": self.algorithm, "until": last_instant(encoded)}

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Do nothing: `verify` takes its time already."""


def encoded_code(code: str, *, until: datetime) -> str:
    return EnrolmentCode().encode(code, f"{int(until.timestamp())}-{secrets.token_hex(8)}")


def last_instant(encoded: str) -> datetime | None:
    """Return until when a code can be used; None for a password, which has no end."""
    algorithm, _dollar, rest = encoded.partition("$")
    if algorithm != EnrolmentCode.algorithm:
        return None
    return datetime.fromtimestamp(int(rest.split("-")[0]), UTC)


def has_expired(encoded: str) -> bool:
    until = last_instant(encoded)
    return until is not None and until < timezone.now()
