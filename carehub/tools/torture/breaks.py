"""Each fault: what is broken. The load goes on meanwhile; whatever is away is back when the function ends."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from carehub.tools.embedded import place
from carehub.tools.torture import network
from carehub.tools.torture.load import Load
from carehub.tools.torture.processes import Supervisor

KILLS, APART = 3, 1.5
CLOCK_SECONDS, AWAY_SECONDS, FULL_SECONDS = 8.0, 20.0, 6.0
CLIENTS = "FROM pg_stat_activity WHERE backend_type = 'client backend' AND usename = ANY (%s)"
LOGINS = ["carehub_care", "carehub_prison", "carehub_courier"]
# The doors' clocks alone: neither the time that passes nor the dates of files, by which gunicorn watches its workers.
REAL = {"NO_FAKE_STAT": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}
BLOCK = 1 << 20


class Skipped(Exception):
    """This cannot be tried here; the message says why."""


@dataclass
class Bench:
    """What is broken, and who works on it meanwhile."""

    supervisor: Supervisor
    load: Load
    home: Path
    superuser: str
    has_small_disk: bool

    def kill(self, *names: str, only_a_child: bool = False) -> None:
        """Kill each process several times."""
        for _time in range(KILLS):
            for name in names:
                self.supervisor.kept[name].kill(only_a_child=only_a_child)
            time.sleep(APART)

    def ask(self, question: str, *values: object) -> list[tuple[object, ...]]:
        with psycopg.connect(self.superuser, autocommit=True, connect_timeout=5) as connection:
            return connection.execute(question, values).fetchall()

    @property
    def store(self) -> Path:
        return place.recorded_store(self.home)


def nothing(bench: Bench) -> None:
    """For comparison."""
    time.sleep(KILLS * APART)


def worker(bench: Bench) -> None:
    bench.kill("care", "prison", only_a_child=True)


def doors(bench: Bench) -> None:
    bench.kill("care", "prison", "accounts")


def courier(bench: Bench) -> None:
    bench.kill("courier")


def nightly(bench: Bench) -> None:
    bench.kill("owner")


def backend(bench: Bench) -> None:
    """SIGKILL of one backend: PostgreSQL lets go of all the others, and replays its log."""
    for _time in range(2):
        [(pid,)] = bench.ask(f"SELECT pid {CLIENTS} ORDER BY state, pid LIMIT 1", LOGINS)
        os.kill(int(str(pid)), signal.SIGKILL)
        time.sleep(2 * APART)


def connections_cut(bench: Bench) -> None:
    """All connections of the doors and of the courier are ended at once, again and again."""
    for _time in range(2 * KILLS):
        bench.ask(f"SELECT pg_terminate_backend(pid) {CLIENTS}", LOGINS)
        time.sleep(APART)


def postmaster(bench: Bench) -> None:
    """SIGKILL of the server itself; whoever started it starts it again."""
    pid = int((bench.store / "pg" / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
    os.kill(pid, signal.SIGKILL)
    time.sleep(APART)


@contextmanager
def over_a_cable(bench: Bench) -> Iterator[network.Host]:
    """Let the courier reach the prison's database over a network of its own."""
    if why := network.why_not():
        raise Skipped(why)
    address = os.environ["DATABASE_URL_COURIER_PRISON"]
    with network.host(address) as there:
        bench.supervisor.again("courier", DATABASE_URL_COURIER_PRISON=there.address(address))
        time.sleep(5)
        yield there
    bench.supervisor.again("courier")


def cable_cut(bench: Bench) -> None:
    """The courier's connections over a network are closed in the middle of what it does."""
    with over_a_cable(bench) as there:
        for _time in range(2 * KILLS):
            there.cut()
            time.sleep(APART)


def host_vanishes(bench: Bench) -> None:
    """No packet comes from the prison's host any more, and nothing says so; then it is back."""
    with over_a_cable(bench) as there:
        there.pull()
        time.sleep(AWAY_SECONDS)
        there.plug()
        # Until the courier has been there again over that cable.
        time.sleep(15)


@contextmanager
def full(bench: Bench) -> Iterator[None]:
    """Leave no room on the disk of the databases."""
    if not bench.has_small_disk:
        raise Skipped("no small disk could be mounted")
    ballast = bench.store / "ballast"
    try:
        with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(b"\0" * BLOCK)
        yield
    finally:
        ballast.unlink()


def disk_full(bench: Bench) -> None:
    with full(bench):
        time.sleep(FULL_SECONDS)


def log_disk_full(bench: Bench) -> None:
    """The server finds no room for the next file of its log, and stops itself."""
    with full(bench), contextlib.suppress(psycopg.Error):
        for _time in range(40):
            bench.ask("SELECT pg_switch_wal() FROM pg_logical_emit_message(true, 'torture', 'x')")
            time.sleep(0.05)


def clock(shift: str) -> Callable[[Bench], None]:
    """Let the clocks of doors and courier be wrong for a while, then right again."""

    def wrong(bench: Bench) -> None:
        if shutil.which("faketime") is None:
            raise Skipped("there is no program faketime here")
        for name in ("care", "prison", "courier"):
            bench.supervisor.again(name, prefix=("faketime", "-f", shift), **REAL)
        time.sleep(CLOCK_SECONDS)
        for name in ("care", "prison", "courier"):
            bench.supervisor.again(name)

    return wrong


def change_of_clocks(bench: Bench) -> None:
    """Bookings between midnight and four in the nights in which an hour is missing, and in which one comes twice."""
    before, bench.load.wishes = bench.load.wishes, bench.load.world.of_the_nights()
    time.sleep(4 * KILLS * APART)
    bench.load.wishes = before


ALL: dict[str, tuple[str, Callable[[Bench], None]]] = {
    "none": ("nothing broken", nothing),
    "worker": ("a worker of care’s and of the prison’s door killed, 3 times", worker),
    "doors": ("all three doors killed, 3 times", doors),
    "courier": ("courier killed, 3 times", courier),
    "nightly": ("nightly worker killed, 3 times", nightly),
    "backend": ("one backend of PostgreSQL killed, twice", backend),
    "postmaster": ("PostgreSQL itself killed", postmaster),
    "cut": ("all connections to PostgreSQL ended, 6 times", connections_cut),
    "cable": ("courier’s connections to the prison’s host cut, 6 times", cable_cut),
    "vanishes": ("prison’s host vanishes for 20 s, no connection closed", host_vanishes),
    "disk": ("disk of the databases full for 6 s", disk_full),
    "log-disk": ("no room for PostgreSQL’s next log file", log_disk_full),
    "forward": ("clocks of doors and courier 10 minutes ahead for 8 s", clock("+10m")),
    "back": ("clocks of doors and courier 10 minutes behind for 8 s", clock("-10m")),
    "night": ("bookings in the nights in which the clocks change", change_of_clocks),
}
