"""One running server and its life: start, revive after a kill, stop, join from another process."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

import psycopg

from carehub.tools.embedded import logins, place, server
from carehub.tools.embedded.errors import EmbeddedServerError


def start(home: Path, *, durable: bool = True, fresh: bool = False) -> Cluster:
    """Start the server whose files lie in `home`, making it at first; hold `home` until it is stopped.

    `fresh` deletes the data first. `durable=False` is for data that is thrown away.
    Raises EmbeddedServerError, with a sentence, when the home is in use or the server cannot start.
    """
    with ExitStack() as undo:
        home = place.open_home(home)
        lock = undo.enter_context(_hold(home))
        where = place.settle(home)
        if where.data.exists():
            server.clear_leftovers(where)
        if fresh:
            place.remove(where)
        passwords = _ensure_data(where, durable=durable)
        cluster = Cluster(where=where, passwords=passwords, durable=durable, lock=lock)
        undo.callback(cluster.stop)
        cluster.launch()
        logins.ensure(cluster.urls["superuser"], passwords=passwords)
        undo.pop_all()
        return cluster


def join(home: Path) -> dict[str, str] | None:
    """Return the addresses of the server that another process runs in `home`; None when none runs."""
    passwords = logins.read(home / "secrets.json")
    try:
        pid_file = place.recorded_store(home) / "pg" / "postmaster.pid"
        sockets = Path(pid_file.read_text(encoding="utf-8").splitlines()[4])
    except (OSError, IndexError):
        return None
    if passwords is None:
        return None
    urls = _urls(passwords, sockets)
    try:
        return urls if logins.answers(urls["superuser"]) else None
    except psycopg.OperationalError:
        return None


def environment(urls: dict[str, str]) -> dict[str, str]:
    """Return the variables that tell our settings where the database is: one address a login."""
    return {f"DATABASE_URL_{name.upper()}": address for name, address in urls.items() if name != "superuser"}


@dataclass(kw_only=True)
class Cluster:
    """A running server. `urls` holds each address that `logins.ADDRESSES` names."""

    where: place.Place
    passwords: dict[str, str]
    durable: bool
    lock: IO[str]
    sockets: Path | None = None
    process: subprocess.Popen[bytes] | None = None

    @property
    def urls(self) -> dict[str, str]:
        """The address of each login; they change when the socket folder does."""
        if self.sockets is None:
            raise EmbeddedServerError("The database is not running.")
        return _urls(self.passwords, self.sockets)

    def launch(self) -> None:
        """Start the process and wait until it answers."""
        self.sockets = self.sockets or place.socket_folder(self.where)
        self.process = server.launch(self.where, self.sockets, durable=self.durable)
        try:
            server.wait_until(partial(logins.answers, self.urls["superuser"]), self.process, self.where)
        except psycopg.OperationalError as error:
            raise EmbeddedServerError(
                f"{self.where.secrets} does not fit the database. Remove that file and "
                "start again: new passwords are then made."
            ) from error

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def revive(self) -> None:
        """Start the server again after something killed it. The addresses stay the same."""
        server.clear_leftovers(self.where)
        self.launch()

    def stop(self) -> None:
        """Stop the server and let go of the home. Safe to repeat."""
        if self.process is not None:
            server.stop(self.process)
            self.process = None
        if self.sockets is not None:
            shutil.rmtree(self.sockets, ignore_errors=True)
            self.sockets = None
        self.lock.close()


def _urls(passwords: dict[str, str], sockets: Path) -> dict[str, str]:
    return {name: logins.url(name, passwords=passwords, sockets=sockets) for name in logins.ADDRESSES}


def _hold(home: Path) -> IO[str]:
    """Take the home for this process; the kernel lets go of it when the process ends, however it ends."""
    lock = (home / "lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise EmbeddedServerError(
            f"The database in {home} is already in use by another CareHub process. "
            "Stop that one first (Ctrl-C in its window)."
        ) from error
    return lock


def _ensure_data(where: place.Place, *, durable: bool) -> dict[str, str]:
    """Make the data directory or accept the one that is there; return the passwords that open it."""
    kept = logins.read(where.secrets)
    passwords = kept or logins.invent()
    version = where.data / "PG_VERSION"
    if not version.exists():
        shutil.rmtree(where.data, ignore_errors=True)
        server.initialise(where, password=passwords["superuser"], durable=durable)
    elif kept is None:
        server.set_superuser_password(where, where.data, password=passwords["superuser"])
    logins.write(where.secrets, passwords)
    return passwords
