"""Measures pages and polls of every door as a real server answers them, beside the two floors of the same run."""

from __future__ import annotations

import contextlib
import http
import os
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection

from access.enums import Side
from access.models import Establishment, User
from appointments.projection.link import links
from carehub.tools import doors
from carehub.tools.bench import clocks, inside
from carehub.tools.bench.browser import Browser, Reply
from carehub.tools.bench.scenes import EMPTY, SCENES, Place, Scene
from carehub.tools.generate.accounts import ADMINISTRATOR, usernames

TIMES, TIMES_OF_POLL, WARM = 16, 40, 4
SLOWEST = 0.95
COURIER_SECONDS = 180
# Every page fits this, packed as it travels.
MOST_BYTES = 15_000
MOST_COMMITS = 1
OK = {http.HTTPStatus.OK, http.HTTPStatus.NOT_MODIFIED}


@dataclass(frozen=True)
class Measured:
    """One page: what it asks of the databases, what it costs, how long it takes, how much travels."""

    scene: Scene
    queries: int
    commits: int
    database_ms: float
    worker_ms: float
    backend_ms: float
    p50_ms: float
    p95_ms: float
    sent: int
    floor_ms: float | None

    @property
    def cpu_ms(self) -> float:
        return self.worker_ms + self.backend_ms


@dataclass
class Counter:
    """The three doors, open, with a browser for each account that is needed."""

    processes: doors.Processes
    code: str
    _browsers: dict[tuple[str, str], Browser] = field(default_factory=dict)

    def browser(self, scene: Scene) -> Browser:
        """Return the browser of whoever opens a page, signed in."""
        name = ADMINISTRATOR if scene.who == ADMINISTRATOR else usernames(self.code)[scene.who]
        if (scene.door, name) not in self._browsers:
            found = Browser(self.door(scene.door), name)
            found.sign_in()
            self._browsers[scene.door, name] = found
        return self._browsers[scene.door, name]

    def door(self, name: str) -> doors.Door:
        return next(each for each in self.processes if isinstance(each, doors.Door) and each.name == name)

    def close(self) -> None:
        for each in self._browsers.values():
            each.close()


@contextlib.contextmanager
def opened(port: int, code: str, logs: Path) -> Iterator[Counter]:
    """Open the doors as the demonstration does, with the courier; the nightly work would only be in the way."""
    with contextlib.ExitStack() as stack:
        claimed = stack.enter_context(doors.claimed(port))
        services: list[doors.Service] = [*claimed, doors.CourierService()]
        processes = stack.enter_context(doors.opened(services, logs=logs, variables=os.environ))
        doors.wait_until_open(processes, logs=logs)
        wait_for_courier()
        counter = Counter(processes, code)
        try:
            yield counter
        finally:
            counter.close()


def wait_for_courier() -> None:
    """Wait until the courier has been at the prison: a page that finds the officers' side late says so, at a cost."""
    deadline = time.monotonic() + COURIER_SECONDS
    names = list(settings.CAREHUB_PRISONS)
    while not all(link.is_fresh for link in links(names)):
        if time.monotonic() > deadline:
            raise doors.DoorError(f"The courier has not reached {', '.join(names)} within {COURIER_SECONDS} seconds.")
        time.sleep(1)


def measure_all(counter: Counter, only: Sequence[str]) -> list[Measured]:
    place = Place.of(Establishment.objects.get(code=counter.code))
    wanted = [scene for scene in SCENES if not only or scene.name in only or scene.name == EMPTY]
    return [measure(counter, scene, place) for scene in wanted]


def measure(counter: Counter, scene: Scene, place: Place) -> Measured:
    browser, path = counter.browser(scene), scene.path(place)
    headers = asking_again(browser.ask(path)) if scene.is_poll else {}
    for _each in range(WARM):
        ask(browser, path, headers)
    # The doors of the accounts and of the owner's work know both sides.
    aliases = settings.CAREHUB_PRISONS if scene.door == Side.PRISON else (DEFAULT_DB_ALIAS, *settings.CAREHUB_PRISONS)
    workers = clocks.workers_of(counter.processes[counter.door(scene.door)].pid)
    backends = clocks.backends_of(scene.door, aliases)
    before = clocks.used_by(workers), clocks.used_by(backends)
    replies = [ask(browser, path, headers) for _each in range(TIMES_OF_POLL if scene.is_poll else TIMES)]
    after = clocks.used_by(workers), clocks.used_by(backends)
    worker, backend = (clocks.spent(old, new) for old, new in zip(before, after, strict=True))
    seconds = sorted(reply.seconds for reply in replies)
    asked = inside.look(account(browser.username, scene.door), path, headers)
    return Measured(
        scene=scene,
        queries=asked.queries,
        commits=asked.commits,
        database_ms=asked.seconds * 1000,
        worker_ms=worker / len(replies) * 1000,
        backend_ms=backend / len(replies) * 1000,
        p50_ms=statistics.median(seconds) * 1000,
        p95_ms=seconds[min(len(seconds) - 1, int(len(seconds) * SLOWEST))] * 1000,
        sent=max(reply.sent for reply in replies),
        floor_ms=floor_of(scene, place),
    )


def ask(browser: Browser, path: str, headers: dict[str, str]) -> Reply:
    reply = browser.ask(path, headers=headers)
    if reply.status not in OK:
        msg = f"{path} of the {browser.door.name} door answers {reply.status}."
        raise RuntimeError(msg)
    return reply


def asking_again(first: Reply) -> dict[str, str]:
    """Return what an open page sends along when it asks again by itself."""
    return {"If-None-Match": first.tag, "CareHub-Background": "1", "HX-Request": "true"}


def account(username: str, door: str) -> User:
    alias = settings.CAREHUB_PRISONS[0] if door == Side.PRISON else DEFAULT_DB_ALIAS
    found: User = User.objects.using(alias).get(username=username)
    return found


def floor_of(scene: Scene, place: Place) -> float | None:
    """Return what the rows of a page cost, read bare, in milliseconds of both processes; None for a page of none."""
    if not scene.floor:
        return None
    start, end = place.bounds
    monday, sunday = place.week
    values: dict[str, Any] = {
        "place": place.establishment.pk,
        "start": start,
        "end": end,
        "monday": monday,
        "sunday": sunday,
        "quarter": start - (end - start) * 91,
        "appointment": place.appointment.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [backend] = cursor.fetchone()
        for is_warm in (False, True):
            before = time.process_time() + clocks.used_by([backend])[backend]
            for _each in range(TIMES):
                cursor.execute(scene.floor, values)
                cursor.fetchall()
            spent = time.process_time() + clocks.used_by([backend])[backend] - before
            if is_warm:
                return spent / TIMES * 1000
    return None
