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
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection

from carehub.tools.bench import clocks
from carehub.tools.doors import ANSWER_SECONDS, LOOPBACK
from carehub.tools.leash import ending_with_us

LOCK = Path(settings.BASE_DIR) / "requirements" / "peers.txt"
SITE = Path(__file__).with_name("peer_site.py")
DATABASE = "carehub_peer"
TIMES, WARM, TIMES_OF_MANY = 16, 4, 2
# Its list of services is empty but for one; it has no page of a day: its calendar holds all of somebody's.
LIST, CALENDAR = "/app-admin/service-list/", "/app-admin/appointments/"


@dataclass(frozen=True)
class Peer:
    """One page of the other project: processor time of worker and database, and how much travels."""

    name: str
    worker_ms: float
    backend_ms: float
    p50_ms: float
    sent: int

    @property
    def cpu_ms(self) -> float:
        return self.worker_ms + self.backend_ms


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


def measure(python: Path, port: int, rows: int) -> list[Peer]:
    """Fill its database, serve it as our doors are served, and measure."""
    with database() as told:
        variables = {**os.environ, "PEER_DATABASE": json.dumps(told), "PYTHONPATH": str(SITE.parent)}
        variables = {name: value for name, value in variables.items() if not name.startswith("DATABASE_URL_")}
        done = subprocess.run([python, SITE, str(rows)], env=variables, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"The peer could not be filled: {done.stderr[-1000:]}")
        cookies = json.loads(done.stdout.splitlines()[-1])
        with served(python, port, variables) as process:
            return [
                one_page("an empty list (services)", process, port, LIST, cookies["few"]),
                one_page("calendar with 70 appointments", process, port, CALENDAR, cookies["few"]),
                one_page("calendar with 2,000", process, port, CALENDAR, cookies["many"], times=TIMES_OF_MANY),
            ]


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


def one_page(
    name: str, process: subprocess.Popen[bytes], port: int, path: str, session: str, *, times: int = TIMES
) -> Peer:
    link = http.client.HTTPConnection(LOOPBACK, port, timeout=300)
    try:
        for _each in range(min(WARM, times)):
            ask(link, path, session)
        workers, backends = clocks.workers_of(process.pid), backends_of_peer()
        before = clocks.used_by(workers), clocks.used_by(backends)
        replies = [ask(link, path, session) for _each in range(times)]
        after = clocks.used_by(workers), clocks.used_by(backends)
    finally:
        link.close()
    worker, backend = (clocks.spent(old, new) / times * 1000 for old, new in zip(before, after, strict=True))
    seconds = sorted(each for each, _sent in replies)
    return Peer(name, worker, backend, seconds[len(seconds) // 2] * 1000, max(sent for _each, sent in replies))


def backends_of_peer() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", [DATABASE])
        return [pid for (pid,) in cursor.fetchall()]


def ask(link: http.client.HTTPConnection, path: str, session: str) -> tuple[float, int]:
    began = time.perf_counter()
    link.request("GET", path, headers={"Cookie": f"sessionid={session}", "Accept-Encoding": "gzip"})
    answer = link.getresponse()
    content = answer.read()
    if answer.status != http.HTTPStatus.OK:
        raise RuntimeError(f"The peer answers {answer.status} for {path}.")
    return time.perf_counter() - began, len(content)
