"""Measures pages and polls of every door as a real server answers them, beside the two floors of the same run."""

from __future__ import annotations

import contextlib
import http
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection

from access.enums import Side
from access.models import Establishment, User
from appointments.projection.link import links
from carehub.tools import doors
from carehub.tools.bench import clocks, copies, inside
from carehub.tools.bench.browser import Browser, Reply
from carehub.tools.bench.scenes import EMPTY, SCENES, Place, Scene
from carehub.tools.bench.turns import Answered, Cost, Page, in_turn
from carehub.tools.generate.accounts import ADMINISTRATOR, usernames

TIMES, TIMES_OF_POLL = 16, 40
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
    cost: Cost
    # The empty page of the same door, asked in turn with it.
    of_empty: Cost
    floor_ms: float | None

    @property
    def times_empty(self) -> float:
        return self.cost.cpu_ms / self.of_empty.cpu_ms


@dataclass(frozen=True)
class InTurn:
    """One page over few rows and over many, asked in turn."""

    scene: Scene
    small: Cost
    large: Cost


@dataclass
class Counter:
    """The three doors, open, with a browser for each account that is needed."""

    processes: doors.Processes
    code: str
    # The name of each database by its alias.
    databases: dict[str, str]
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
def opened(port: int, code: str, logs: Path, databases: dict[str, str] | None = None) -> Iterator[Counter]:
    """Open the doors as the demonstration does, with the courier; the nightly work would only be in the way.

    `databases`: those that they lead to instead of the usual ones, by their aliases.
    """
    names = databases or copies.names_of()
    with contextlib.ExitStack() as stack:
        claimed = stack.enter_context(doors.claimed(port))
        services: list[doors.Service] = [*claimed, doors.CourierService()]
        processes = stack.enter_context(doors.opened(services, logs=logs, variables=copies.variables(names)))
        doors.wait_until_open(processes, logs=logs)
        with copies.turned_to(names):
            wait_for_courier()
        counter = Counter(processes, code, names)
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
    return [measure(counter, scene, place) for scene in wanted(only)]


def wanted(only: Sequence[str]) -> list[Scene]:
    return [scene for scene in SCENES if not only or scene.name in only or scene.name == EMPTY]


def measure(counter: Counter, scene: Scene, place: Place) -> Measured:
    browser, path = counter.browser(scene), scene.path(place)
    page, headers = page_of(counter, scene, place)
    empty = next(each for each in SCENES if each.door == scene.door and each.name == EMPTY)
    if scene is empty:
        [cost] = [of_empty] = in_turn([page], times_of(scene))
    else:
        cost, of_empty = in_turn([page, page_of(counter, empty, place)[0]], times_of(scene))
    asked = inside.look(account(browser.username, scene.door), path, headers)
    return Measured(
        scene=scene,
        queries=asked.queries,
        commits=asked.commits,
        database_ms=asked.seconds * 1000,
        cost=cost,
        of_empty=of_empty,
        floor_ms=floor_of(scene, place),
    )


def measure_in_turn(small: Counter, large: Counter, only: Sequence[str]) -> list[InTurn]:
    """Measure every page over few rows and over many, asked in turn."""
    place = Place.of(Establishment.objects.get(code=large.code))
    found = []
    for scene in wanted(only):
        pages = [page_of(counter, scene, place)[0] for counter in (small, large)]
        found.append(InTurn(scene, *in_turn(pages, times_of(scene))))
    return found


def times_of(scene: Scene) -> int:
    return TIMES_OF_POLL if scene.is_poll else TIMES


def page_of(counter: Counter, scene: Scene, place: Place) -> tuple[Page, dict[str, str]]:
    """Return how a page is asked for there, and what an open one sends along."""
    browser, path = counter.browser(scene), scene.path(place)
    headers = asking_again(browser.ask(path)) if scene.is_poll else {}

    def answered() -> Answered:
        reply = ask(browser, path, headers)
        if scene.is_poll and reply.status == http.HTTPStatus.OK:
            # Something is new: an open page asks with that answer's tag from now on.
            headers.update(asking_again(reply))
        return Answered(reply.seconds, reply.sent)

    # The doors of the accounts and of the owner's work know both sides.
    databases = {
        alias: name
        for alias, name in counter.databases.items()
        if alias != DEFAULT_DB_ALIAS or scene.door != Side.PRISON
    }
    server = counter.processes[counter.door(scene.door)].pid
    workers, backends = partial(clocks.workers_of, server), partial(clocks.backends_of, scene.door, databases)
    return Page(answered, workers, backends), headers


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
