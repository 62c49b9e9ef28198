"""Two embedded servers, one of which follows the other by streaming; knows nothing of Django or of our tables."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

from carehub.tools.embedded import EmbeddedServerError, logins, place, server, start

# The standby signs in as the superuser: both servers live for minutes, in folders that nobody else reaches.
REPLICATION = "local replication postgres scram-sha-256\n"
SETTLE_SECONDS = 60


@dataclass
class Server:
    """One of the two."""

    where: place.Place
    sockets: Path
    process: subprocess.Popen[bytes]

    def address(self, name: str, passwords: dict[str, str]) -> str:
        return logins.url(name, passwords=passwords, sockets=self.sockets)

    def kill(self) -> None:
        """End all of its processes at once, as a host does that loses its current."""
        for each in [*psutil.Process(self.process.pid).children(recursive=True), psutil.Process(self.process.pid)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.send_signal(signal.SIGKILL)
        self.process.wait()


@dataclass
class Pair:
    """Whoever is primary now, and who follows."""

    home: Path
    passwords: dict[str, str]
    primary: Server
    standby: Server
    is_synchronous: bool = True
    made: int = 1

    def ask(self, of: Server, question: str) -> list[tuple[object, ...]]:
        with logins.connect(of.address("superuser", self.passwords)) as connection:
            found = connection.execute(question)
            return found.fetchall() if found.description else []

    def variables(self) -> dict[str, str]:
        """Return an address for each login that names both servers: whoever takes writes is the one that is meant."""
        hosts = ",".join(quote(str(each.sockets), safe="") for each in (self.primary, self.standby))
        found = {}
        for name in logins.ADDRESSES:
            login, database = logins.ADDRESSES[name]
            entry = f"{logins.ROLES[login]}:{self.passwords[login]}@{hosts}/{database}"
            found[f"DATABASE_URL_{name.upper()}"] = f"postgresql://{entry}?target_session_attrs=read-write"
        found.pop("DATABASE_URL_SUPERUSER")
        return found

    def wait_for_both(self) -> None:
        """From here on no commit is acknowledged that the standby has not written to its disk."""
        if self.is_synchronous:
            self.ask(self.primary, "ALTER SYSTEM SET synchronous_standby_names = '*'")
            self.ask(self.primary, "SELECT pg_reload_conf()")
        wanted = "sync" if self.is_synchronous else "async"
        until(lambda: self.ask(self.primary, "SELECT sync_state FROM pg_stat_replication") == [(wanted,)])

    def promote(self) -> None:
        """Make the standby the primary. It would wait for a standby of its own, of which there is none yet."""
        self.ask(self.standby, "SELECT pg_promote()")
        self.ask(self.standby, "ALTER SYSTEM RESET synchronous_standby_names")
        self.ask(self.standby, "SELECT pg_reload_conf()")

    def part(self) -> None:
        """Let the standby follow nobody any more, which a primary that waits for it would notice."""
        self.ask(self.standby, "ALTER SYSTEM SET primary_conninfo = ''")
        self.ask(self.standby, "SELECT pg_reload_conf()")

    def begin_again(self) -> None:
        """Let a new standby follow whoever is primary now; what is left of the dead one is thrown away."""
        dead, self.primary = self.primary, self.standby
        shutil.rmtree(dead.where.data)
        self.made += 1
        self.standby = follow(self.primary, self.home / f"standby{self.made}", self.passwords)
        self.wait_for_both()


@contextmanager
def pair(home: Path, *, is_synchronous: bool = True) -> Iterator[Pair]:
    """Start both below `home`, an empty folder; stop whoever runs at the end."""
    cluster = start(home / "primary", durable=True, fresh=True)
    assert cluster.process is not None and cluster.sockets is not None  # noqa: S101, PT018 (it has just started)
    primary = Server(cluster.where, cluster.sockets, cluster.process)
    made = None
    try:
        with (primary.where.data / "pg_hba.conf").open("a", encoding="utf-8") as rules:
            rules.write(REPLICATION)
        with logins.connect(cluster.urls["superuser"]) as connection:
            connection.execute("SELECT pg_reload_conf()")
        standby = follow(primary, home / "standby1", cluster.passwords)
        made = Pair(home, cluster.passwords, primary, standby, is_synchronous)
        made.wait_for_both()
        yield made
    finally:
        for each in (made.standby, made.primary) if made else ():
            server.stop(each.process)
        cluster.stop()


def follow(primary: Server, home: Path, passwords: dict[str, str]) -> Server:
    """Copy a running primary, and start the copy so that it follows."""
    where = place.settle(place.open_home(home))
    where.data.mkdir()
    where.own(where.data, 0o700)
    address = primary.address("superuser", passwords)
    command = ["pg_basebackup", "-D", str(where.data), "-X", "stream", "-c", "fast", "-R", "--dbname", address]
    done = server.run(where, command)
    if done.returncode != 0:
        raise EmbeddedServerError(f"The primary could not be copied: {done.stderr.strip()}")
    sockets = place.socket_folder(where)
    process = server.launch(where, sockets, durable=True)
    there = Server(where, sockets, process)
    server.wait_until(partial(logins.answers, there.address("superuser", passwords)), process, where)
    return there


def until(holds: Callable[[], bool], *, seconds: float = SETTLE_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(psycopg.OperationalError):
            if holds():
                return
        time.sleep(0.05)
    raise EmbeddedServerError(f"The servers did not settle within {seconds:.0f} s.")


def settled_home(folder: Path) -> Path:
    """Make a folder through which the server's user may walk."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return folder
