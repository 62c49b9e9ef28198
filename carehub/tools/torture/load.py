"""What people do over HTTP while something is broken: a nurse books, an officer taps; each waits for an answer.

What was answered with success is acknowledged, and has to be there once. What was not answered is sent again.
"""

from __future__ import annotations

import contextlib
import http.client
import random
import re
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from django.db import DatabaseError, InterfaceError, connections

from appointments.models import Appointment, Movement, MovementEvent
from appointments.models.enums.appointment import Status
from appointments.prison.forms import ARROW
from appointments.prison.models import LineState
from carehub.doctor import integrity
from carehub.tools.doors import LOOPBACK
from carehub.tools.faults.traffic import NEXT
from carehub.tools.torture.world import REGISTER, Wish, World

BOOKERS, PAUSE, TIMEOUT = 2, 0.15, 15
DONE, NOT_DONE, AWAY = 302, 303, (None, 500, 502, 503)
# Where each door leads after what was done.
LEADS_TO = {"care": re.compile(r"/day"), "prison": re.compile(r"/$")}
AWAY_ERRORS = (DatabaseError, InterfaceError)
SETTLE_SECONDS = 90.0


@dataclass
class Load:
    """Works in threads of its own between `going` and its end."""

    world: World
    port: int
    booked: list[tuple[Wish, float]] = field(default_factory=list)
    tapped: list[tuple[str, str, float]] = field(default_factory=list)
    statuses: Counter[int | None] = field(default_factory=Counter)
    standing: dict[uuid.UUID, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stopping, self.lock = threading.Event(), threading.Lock()
        self.chance = random.Random(11)  # noqa: S311 (the same load each time)
        self.wishes: Iterator[Wish] = self.world.wishes()
        lines = Movement.objects.filter(register_number__startswith=f"{REGISTER}T")
        self.lines = dict(lines.values_list("pk", "register_number"))

    @contextlib.contextmanager
    def going(self) -> Iterator[None]:
        """Keep it going meanwhile."""
        self.stopping.clear()
        threads = [threading.Thread(target=self._book_on) for _each in range(BOOKERS)]
        threads.append(threading.Thread(target=self._tap_on))
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stopping.set()
            for thread in threads:
                thread.join()

    def send(self, door: str, path: str, form: dict[str, object]) -> int | None:
        """Send a form; return the status of the answer, None when there was none."""
        cookie = self.world.cookies[door]
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
        headers["X-CSRFToken"] = cookie.rpartition("=")[2]
        link = http.client.HTTPConnection(LOOPBACK, self.port + (door == "prison"), timeout=TIMEOUT)
        try:
            link.request("POST", path, urlencode(form), headers)
            answer = link.getresponse()
            status: int | None = answer.status
            if status == DONE and not LEADS_TO[door].match(answer.getheader("Location") or ""):
                # Led elsewhere, to sign in for example: nothing was done.
                status = NOT_DONE
        except (OSError, http.client.HTTPException):
            status = None
        finally:
            link.close()
        self.statuses[status] += 1
        return status

    def _until_answered(self, door: str, path: str, form: dict[str, object]) -> int | None:
        while (status := self.send(door, path, form)) in AWAY and not self.stopping.wait(PAUSE):
            pass
        return status

    def _book_on(self) -> None:
        while not self.stopping.wait(PAUSE):
            with self.lock:
                wish = next(self.wishes, None)
            if wish is None:
                return
            begun = time.monotonic()
            if self._until_answered("care", "/book", wish.form) == DONE:
                self.booked.append((wish, begun))

    def _tap_on(self) -> None:
        keys = sorted(self.lines)
        while not self.stopping.wait(PAUSE):
            key = self.chance.choice(keys)
            seen = self.standing.get(key, "expected")
            form: dict[str, object] = {"tap": f"{seen}{ARROW}{NEXT[seen]}", "who": self.world.officer}
            begun = time.monotonic()
            status = self._until_answered("prison", f"/line/{key}", form)
            if status == DONE:
                self.standing[key] = NEXT[seen]
                self.tapped.append((self.lines[key], NEXT[seen], begun))
            elif status in AWAY:
                # Not answered before the end: what became of it is looked up, as an officer does.
                self.standing.update(self._look_up())

    def _look_up(self) -> dict[uuid.UUID, str]:
        """Return where the lines stand, by the prison's database, as soon as it says so."""
        while True:
            try:
                return dict(LineState.objects.using("prison").values_list("line", "state"))
            except AWAY_ERRORS:
                time.sleep(PAUSE)
            finally:
                connections["prison"].close()

    def acknowledged_since(self, instant: float) -> bool:
        """Whether each door has acknowledged something that was begun after the instant."""
        return any(begun > instant for _wish, begun in self.booked[-20:]) and any(
            begun > instant for *_tap, begun in self.tapped[-20:]
        )

    def taps_arrived(self) -> bool:
        """Whether all acknowledged taps are at care."""
        return not self.lost_taps()

    def lost_taps(self) -> int:
        """How many acknowledged taps are not in care's history in their order."""
        there: dict[str, list[str]] = {}
        for number, state in MovementEvent.objects.order_by("id").values_list("register_number", "state"):
            there.setdefault(number, []).append(state)
        lost = 0
        rest = {number: iter(states) for number, states in there.items()}
        for number, state, _begun in list(self.tapped):
            # `in` goes on where it stopped: order counts.
            lost += state not in rest.get(number, iter(()))
        return lost

    def counted(self) -> Counted:
        """Say what is missing, there twice, or half; by the owner's login, when nothing moves any more."""
        there: Counter[tuple[uuid.UUID, datetime]] = Counter()
        active = Appointment.objects.exclude(status=Status.CANCELLED)
        there.update(active.values_list("detainee_id", "starts_at"))
        wanted = {(wish.person, wish.at) for wish, _begun in self.booked}
        lost = sum(not there[key] for key in wanted) + self.lost_taps()
        doubled = sum(count > 1 for count in there.values()) + _out_of_order()
        return Counted(len(self.booked) + len(self.tapped), lost, doubled, _half_written(set(self.lines)))


@dataclass(frozen=True)
class Counted:
    """What became of what was acknowledged, and what is not whole."""

    acknowledged: int
    lost: int
    doubled: int
    half: int


def _out_of_order() -> int:
    """Return how many taps do not follow the one before: done twice, or not in their place."""
    stands: dict[str, str] = {}
    wrong = 0
    for number, state in MovementEvent.objects.order_by("id").values_list("register_number", "state"):
        wrong += state != NEXT[stands.get(number, "expected")]
        stands[number] = state
    return wrong


def _half_written(lines: set[uuid.UUID]) -> int:
    """Return how many rows break a rule of the integrity check; lines without an appointment are the load's own."""
    own = {str(line) for line in lines}
    keys = [key for rule, keys in integrity.findings() if not rule.only_warns for key in keys]
    return sum(not any(line in key for line in own) for key in keys)


def wait_for(holds: Callable[[], bool], *, seconds: float = SETTLE_SECONDS) -> float | None:
    """Wait until it holds; return how many seconds that took, None when it did not come."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        with contextlib.suppress(*AWAY_ERRORS):
            if holds():
                return time.monotonic() - begun
        connections.close_all()
        time.sleep(0.1)
    return None
