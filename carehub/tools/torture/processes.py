"""The processes of an installation as a supervisor keeps them: each is started again as soon as it has ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from carehub.tools.doors import LOOPBACK, MANAGE, environment_of
from carehub.tools.leash import ending_with_us

PAUSE = 0.1
DOORS = ("care", "prison", "accounts")


@dataclass
class Kept:
    """One process, what it is started with, and how often it was."""

    name: str
    command: list[str]
    variables: dict[str, str]
    log: Path
    prefix: Sequence[str] = ()
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.prefix, *self.command],
                env=self.variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=ending_with_us(),
            )
        self.starts += 1

    def kill(self, number: signal.Signals = signal.SIGKILL, *, only_a_child: bool = False) -> None:
        """Kill the whole of it, or a worker alone, which its master starts again."""
        assert self.process is not None  # noqa: S101 (it was started)
        children = psutil.Process(self.process.pid).children(recursive=True)
        chosen = children[:1] if only_a_child else [psutil.Process(self.process.pid), *children]
        for each in chosen:
            each.send_signal(number)


@dataclass
class Supervisor:
    """Starts what has ended, ten times a second."""

    port: int
    logs: Path
    kept: dict[str, Kept] = field(default_factory=dict)
    stopping: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def going(self) -> Iterator[None]:
        """Keep all of them running meanwhile."""
        for name in (*DOORS, "courier", "owner"):
            log = self.logs / f"{name}.log"
            self.kept[name] = Kept(name, self.command(name), environment_of(name, os.environ), log)
            self.kept[name].start()
        watching = threading.Thread(target=self._watch)
        watching.start()
        try:
            yield
        finally:
            self.stopping.set()
            watching.join()
            for each in self.kept.values():
                self._end(each)

    def command(self, name: str) -> list[str]:
        if name not in DOORS:
            return [sys.executable, str(MANAGE), "nightly" if name == "owner" else name]
        gunicorn = [sys.executable, "-m", "gunicorn", "carehub.wsgi:application", "--no-control-socket"]
        bind = ["--bind", f"{LOOPBACK}:{self.port + DOORS.index(name)}"]
        return [
            *gunicorn,
            *bind,
            "--worker-class",
            "carehub.door_worker.DoorWorker",
            "--workers",
            "2",
            "--threads",
            "4",
            "--log-level",
            "error",
        ]

    def again(self, name: str, *, prefix: Sequence[str] = (), **variables: str) -> None:
        """Let a process end, and start with a prefix or with other variables from now on."""
        each = self.kept[name]
        each.prefix = prefix
        each.variables = {**environment_of(name, os.environ), **variables}
        each.kill()

    def _watch(self) -> None:
        while not self.stopping.wait(PAUSE):
            for each in self.kept.values():
                if each.process is not None and each.process.poll() is not None:
                    each.start()

    def _end(self, each: Kept) -> None:
        if each.process is not None and each.process.poll() is None:
            os.killpg(each.process.pid, signal.SIGTERM)
            try:
                each.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                os.killpg(each.process.pid, signal.SIGKILL)
