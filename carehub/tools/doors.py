"""Serves a demonstration: three doors on loopback, courier and nightly work, a process each; watched until they stop.

It knows ports, processes and environments, and neither pages nor data.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psutil

from carehub.tools.leash import ending_with_us

NAMES = ("care", "prison", "accounts")
# Who works in both databases; the others are told the address of one.
OF_BOTH_SIDES = ("accounts", "courier", "owner")
MANAGE = Path(__file__).resolve().parents[2] / "manage.py"
LOOPBACK = "127.0.0.1"
ANSWER_SECONDS = 60
STOP_SECONDS = 15
# Read by gunicorn, and able to move a door or to change how many there are.
NOT_FOR_DOORS = ("GUNICORN_CMD_ARGS", "WEB_CONCURRENCY", "PORT")


class DoorError(RuntimeError):
    """A door cannot open, or a process has stopped; the message says which, why and what to do."""


class Service(Protocol):
    """One process of the demonstration."""

    @property
    def name(self) -> str:
        """Its CAREHUB_DOOR, and the name of its log."""

    @property
    def title(self) -> str:
        """How a sentence begins about it."""

    @property
    def command(self) -> list[str]:
        """What is run."""

    @property
    def inherited(self) -> tuple[int, ...]:
        """The open files that the process is given."""


@dataclass(frozen=True, kw_only=True)
class Door:
    """One door and the socket that keeps its port for it."""

    name: str
    port: int
    listener: socket.socket
    # One process computes on one core at a time: a door uses two, so that one heavy page does not hold up all others.
    workers: int = 2
    # Each holds a connection to each database that the door works in.
    threads: int = 4

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.port}/"

    @property
    def title(self) -> str:
        return f"The {self.name} door"

    @property
    def command(self) -> list[str]:
        command = [sys.executable, "-m", "gunicorn", "carehub.wsgi:application"]
        command += ["--bind", f"fd://{self.listener.fileno()}"]
        command += ["--worker-class", "carehub.door_worker.DoorWorker", "--no-control-socket"]
        command += ["--workers", str(self.workers), "--threads", str(self.threads)]
        return [*command, "--log-level", "warning", "--graceful-timeout", "5", "--name", f"carehub-{self.name}"]

    @property
    def inherited(self) -> tuple[int, ...]:
        return (self.listener.fileno(),)


@dataclass(frozen=True)
class CourierService:
    """Carries lists to the prison side and what officers record back. Nobody connects to it."""

    name: str = "courier"
    title: str = "The courier"
    inherited: tuple[int, ...] = ()

    @property
    def command(self) -> list[str]:
        return [sys.executable, str(MANAGE), "courier"]


@dataclass(frozen=True)
class NightlyService:
    """Does what is done by night, and searches for plans when somebody asks, with the owner's login."""

    name: str = "owner"
    title: str = "The nightly work"
    inherited: tuple[int, ...] = ()

    @property
    def command(self) -> list[str]:
        return [sys.executable, str(MANAGE), "nightly"]


Processes = Mapping[Service, subprocess.Popen[bytes]]


@contextlib.contextmanager
def claimed(base: int) -> Iterator[list[Door]]:
    """Take the ports base, base + 1 and base + 2 for the three doors, so that nobody else gets them.

    Raises DoorError when one is taken or out of range.
    """
    with contextlib.ExitStack() as stack:
        doors = []
        for offset, name in enumerate(NAMES):
            listener = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
            _bind(listener, base + offset)
            doors.append(Door(name=name, port=base + offset, listener=listener))
        yield doors


def environment_of(name: str, variables: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of one process: of the database addresses, its own alone."""
    own = f"DATABASE_URL_{name.upper()}"
    kept = {
        variable: value
        for variable, value in variables.items()
        if not variable.startswith("DATABASE_URL_") and variable not in NOT_FOR_DOORS
    }
    of_prisons = f"{own}_" if name in OF_BOTH_SIDES else own
    there = {variable: value for variable, value in variables.items() if variable.startswith(of_prisons)}
    return {**kept, **there, own: variables[own], "CAREHUB_DOOR": name, "PYTHONUNBUFFERED": "1"}


def serve(doors: Sequence[Door], *, logs: Path, ready: Callable[[], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; call `ready` once every door answers. Stops all processes at the end.

    Raises DoorError when a door does not open, or a process stops by itself.
    """
    asked_to_stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: asked_to_stop.set())
    with opened([*doors, CourierService(), NightlyService()], logs=logs, variables=os.environ) as processes:
        _wait_until_all_answer(processes, logs, asked_to_stop)
        if not asked_to_stop.is_set():
            ready()
        while not asked_to_stop.wait(0.3):
            _see_that_all_run(processes, logs)


@contextlib.contextmanager
def opened(services: Sequence[Service], *, logs: Path, variables: Mapping[str, str]) -> Iterator[Processes]:
    """Start each process with its share of `variables`; stop them all at the end."""
    processes: dict[Service, subprocess.Popen[bytes]] = {}
    try:
        for service in services:
            processes[service] = _open(service, logs, variables)
        yield processes
    finally:
        _stop(list(processes.values()))


def wait_until_open(processes: Processes, *, logs: Path) -> None:
    """Wait until every door answers. Raises DoorError when one does not."""
    _wait_until_all_answer(processes, logs, threading.Event())


def end_leftovers(home: Path) -> None:
    """End what an earlier demonstration of this home left running when it was killed.

    The caller holds the home, so every other process that works for it has lost its database already.
    """
    myself = psutil.Process()
    mine = {myself.pid, *(parent.pid for parent in myself.parents())}
    leftovers = [process for process in psutil.process_iter() if process.pid not in mine and _works_for(process, home)]
    for step in (signal.SIGTERM, signal.SIGKILL):
        for process in leftovers:
            with contextlib.suppress(psutil.Error):
                process.send_signal(step)
        _, leftovers = psutil.wait_procs(leftovers, timeout=STOP_SECONDS)


def _bind(listener: socket.socket, port: int) -> None:
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
    except OverflowError as error:
        raise DoorError(f"{port} is no port number. Take a base between 1024 and 65533: PORT=8100 make demo") from error
    except PermissionError as error:
        raise DoorError(f"Port {port} is reserved for the system. Take another base: PORT=8100 make demo") from error
    except OSError as error:
        raise DoorError(
            f"Port {port} is in use by another program. Stop it, or take other ports: PORT=8100 make demo"
        ) from error


def _open(service: Service, logs: Path, variables: Mapping[str, str]) -> subprocess.Popen[bytes]:
    with _log(service, logs).open("wb") as log:
        _log(service, logs).chmod(0o600)
        # A session of its own, so that Ctrl-C reaches it through us and in order.
        return subprocess.Popen(
            service.command,
            env=environment_of(service.name, variables),
            pass_fds=service.inherited,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=ending_with_us(),
        )


def _wait_until_all_answer(processes: Processes, logs: Path, asked_to_stop: threading.Event) -> None:
    deadline = time.monotonic() + ANSWER_SECONDS
    silent = [service for service in processes if isinstance(service, Door)]
    while silent and not asked_to_stop.wait(0.1):
        _see_that_all_run(processes, logs)
        silent = [door for door in silent if not _answers(door, logs)]
        if silent and time.monotonic() > deadline:
            raise DoorError(f"{silent[0].title} does not answer. See {_log(silent[0], logs)}.")


def _answers(door: Door, logs: Path) -> bool:
    connection = http.client.HTTPConnection(LOOPBACK, door.port, timeout=10)
    try:
        connection.request("GET", "/alive")
        status = connection.getresponse().status
    except OSError:
        return False
    finally:
        connection.close()
    if status >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
        raise DoorError(f"{door.title} opens with an error ({status}). See {_log(door, logs)}.")
    return True


def _see_that_all_run(processes: Processes, logs: Path) -> None:
    for service, process in processes.items():
        code = process.poll()
        if code is not None:
            why = f"it was killed by signal {-code}" if code < 0 else _last_line(_log(service, logs))
            raise DoorError(f"{service.title} has stopped: {why}. All doors are closed now.")


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return f"{lines[-1].strip()} (more in {log})" if lines else "it left no word"


def _stop(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        try:
            process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _works_for(process: psutil.Process, home: Path) -> bool:
    try:
        return bool(process.environ().get("CAREHUB_HOME") == str(home))
    except (psutil.Error, OSError):
        return False


def _log(service: Service, logs: Path) -> Path:
    return logs / f"{service.name}.log"
