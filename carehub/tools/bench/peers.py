"""Measures another project's pages beside ours: django-appointment, in an environment of its own, over as many rows."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection

from access.enums import Side
from access.models import Establishment
from carehub.tools.bench import clocks
from carehub.tools.bench.scenes import EMPTY, SCENES, Place
from carehub.tools.bench.served import Counter, page_of
from carehub.tools.bench.turns import WARM, Answered, Cost, Page, in_turn
from carehub.tools.doors import ANSWER_SECONDS, LOOPBACK
from carehub.tools.leash import ending_with_us

LOCK = Path(settings.BASE_DIR) / "requirements" / "peers.txt"
SITE = Path(__file__).with_name("peer_site.py")
DATABASE = "carehub_peer"
# Its list of services is empty but for one; it has no page of a day: its calendar holds all of somebody's.
LIST, CALENDAR = "/app-admin/service-list/", "/app-admin/appointments/"


class Beside(NamedTuple):
    """A page of theirs, that of ours to compare, and how much of theirs ours may cost where that was promised."""

    name: str
    path: str
    whose: str
    ours: str
    most: float | None
    times: int = 16


# What our empty page cost, in times of their list, when what pages may cost was promised as a multiple of it.
FORMER_EMPTY = 22 / 5
EMPTY_LIST = "empty list (services)"
BESIDE = (
    *(
        Beside(EMPTY_LIST, LIST, "few", scene.name, scene.most * FORMER_EMPTY)
        for scene in SCENES
        if scene.door == Side.CARE and scene.name != EMPTY and not scene.is_poll
    ),
    Beside(EMPTY_LIST, LIST, "few", EMPTY, 1.5, 48),
    Beside("calendar with 70 appointments", CALENDAR, "few", "a past day", 0.2),
    Beside("calendar with 2,000", CALENDAR, "many", "a past day", None, 2),
)


@dataclass(frozen=True)
class Compared:
    """One page of the other project, and the one of ours that shows as much, asked in turn."""

    beside: Beside
    theirs: Cost
    ours: Cost

    @property
    def share(self) -> float:
        return self.ours.cpu_ms / self.theirs.cpu_ms


def environment(home: Path) -> Path:
    """Return the Python of the peers' environment below `home`, made from its lock file when it is not there."""
    python, stamp = home / "bin" / "python", home / "installed.txt"
    if not stamp.exists() or stamp.read_bytes() != LOCK.read_bytes():
        subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True)
        install: list[str | Path] = [
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
        ]
        subprocess.run([*install, "--requirement", LOCK], check=True)
        stamp.write_bytes(LOCK.read_bytes())
    return python


def measure(python: Path, port: int, rows: int, counter: Counter) -> list[Compared]:
    """Fill its database, serve it as our doors are served, and measure both in turn."""
    with database() as told:
        variables = {**os.environ, "PEER_DATABASE": json.dumps(told), "PYTHONPATH": str(SITE.parent)}
        variables = {name: value for name, value in variables.items() if not name.startswith("DATABASE_URL_")}
        done = subprocess.run([python, SITE, str(rows)], env=variables, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"The peer could not be filled: {done.stderr[-1000:]}")
        cookies = json.loads(done.stdout.splitlines()[-1])
        with served(python, port, variables) as process:
            return [compare(counter, process, port, each, cookies[each.whose]) for each in BESIDE]


@contextlib.contextmanager
def database() -> Iterator[dict[str, Any]]:
    """Make it a database beside ours, with the owner's login, which may."""
    own = settings.DATABASES[DEFAULT_DB_ALIAS]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {DATABASE}")
    try:
        yield {"NAME": DATABASE, **{name: own[name] for name in ("HOST", "USER", "PASSWORD", "PORT")}}
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


@contextlib.contextmanager
def served(python: Path, port: int, variables: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    command = [str(python), "-m", "gunicorn", "peer_site:application", "--bind", f"{LOOPBACK}:{port}"]
    command += ["--workers", "2", "--threads", "4", "--timeout", "300", "--log-level", "error", "--no-control-socket"]
    process = subprocess.Popen(command, env=variables, preexec_fn=ending_with_us(), start_new_session=True)
    try:
        deadline = time.monotonic() + ANSWER_SECONDS
        while True:
            with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1):
                break
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("The peer does not answer.")
            time.sleep(0.1)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def compare(counter: Counter, process: subprocess.Popen[bytes], port: int, beside: Beside, session: str) -> Compared:
    scene = next(each for each in SCENES if each.door == Side.CARE and each.name == beside.ours)
    place = Place.of(Establishment.objects.get(code=counter.code))
    with contextlib.closing(http.client.HTTPConnection(LOOPBACK, port, timeout=300)) as link:
        ask_them = partial(ask, link, beside.path, session)
        theirs = Page(ask_them, partial(clocks.workers_of, process.pid), backends_of_peer)
        pages = [theirs, page_of(counter, scene, place)[0]]
        return Compared(beside, *in_turn(pages, beside.times, warm=min(WARM, beside.times * 2)))


def backends_of_peer() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", [DATABASE])
        return [pid for (pid,) in cursor.fetchall()]


def ask(link: http.client.HTTPConnection, path: str, session: str) -> Answered:
    began = time.perf_counter()
    link.request("GET", path, headers={"Cookie": f"sessionid={session}", "Accept-Encoding": "gzip"})
    answer = link.getresponse()
    content = answer.read()
    if answer.status != http.HTTPStatus.OK:
        raise RuntimeError(f"The peer answers {answer.status} for {path}.")
    return Answered(time.perf_counter() - began, len(content))
