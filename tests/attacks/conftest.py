"""A care door as production serves it: gunicorn behind a Unix socket and over TCP, Argon2, its own database login."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from carehub.tools.embedded.server import clean_environment
from carehub.tools.leash import ending_with_us
from tests.attacks.attacker import Attacker

ROOT = Path(__file__).resolve().parent.parent.parent
# As docs/operations.md has it, but for the number of workers: one counts what two would count by halves.
SERVE = ["--worker-class", "carehub.door_worker.DoorWorker", "--workers", "1", "--threads", "4"]
SERVE += ["--no-control-socket", "--log-level", "error"]
START_SECONDS = 90


@dataclass(frozen=True)
class RealDoor:
    """Where the door listens: the path of its socket, and its port."""

    path: str
    port: str

    def of(self, way: str) -> str:
        return self.path if way == "socket" else self.port


@contextmanager
def served(folder: Path) -> Iterator[RealDoor]:
    address = urlunsplit(
        urlsplit(os.environ["DATABASE_URL_CARE"])._replace(path=f"/{connection.settings_dict['NAME']}")
    )
    variables = {name: value for name, value in clean_environment().items() if not name.startswith("DATABASE_URL_")}
    variables |= {"CAREHUB_ENV": "demo", "CAREHUB_DOOR": "care", "DATABASE_URL_CARE": address}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        door = RealDoor(str(folder / "door.sock"), str(free.getsockname()[1]))
    bind = ["--bind", f"unix:{door.path}", "--bind", f"127.0.0.1:{door.port}"]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "carehub.wsgi:application", *bind, *SERVE],
        cwd=ROOT,
        env=variables,
        preexec_fn=ending_with_us(),
    )
    try:
        wait_until_it_answers(door, process)
        yield door
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_until_it_answers(door: RealDoor, process: subprocess.Popen[bytes]) -> None:
    deadline, said = time.monotonic() + START_SECONDS, ""
    while time.monotonic() < deadline:
        assert process.poll() is None, "gunicorn has stopped"
        try:
            status, said = Attacker(door.path).ask("GET", "/sign-in")
            if status == 200:
                return
        except OSError as error:
            said = str(error)
        time.sleep(0.1)
    pytest.fail(f"The door does not answer: {said[:2000]}")


@pytest.fixture
def real_door(transactional_db: None, tmp_path: Path) -> Iterator[RealDoor]:
    with served(tmp_path) as door:
        yield door
