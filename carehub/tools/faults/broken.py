"""How things are broken: a courier that is killed or held up, a database that answers nobody or comes from a backup."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import psycopg
from django.conf import settings
from django.db import OperationalError, connections
from psycopg import sql

from carehub.tools.embedded.logins import OWNER
from carehub.tools.leash import ending_with_us

READY_SECONDS = 60
NOT_OF_A_ROUND = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SET ROLE", "RESET ROLE")


class CourierProcess:
    """`manage.py courier` as a service runs it."""

    def __init__(self) -> None:
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "courier"]
        environment = {**os.environ, "CAREHUB_DOOR": "courier"}
        self.process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=environment, stderr=subprocess.DEVNULL, preexec_fn=ending_with_us()
        )

    def tell(self, what: signal.Signals) -> None:
        self.process.send_signal(what)

    def end(self, what: signal.Signals = signal.SIGTERM) -> None:
        """End it, and wait until it has."""
        self.process.send_signal(signal.SIGCONT)
        self.process.send_signal(what)
        self.process.wait(timeout=30)


class BrokenOff(OperationalError):
    """What a broken connection raises."""


class Breaking:
    """Breaks a round off before or after its statement number `at`, whichever database that goes to."""

    def __init__(self, at: int, *, after: bool) -> None:
        self.at, self.after = at, after
        self.seen = 0

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: Any, context: Mapping[str, Any]
    ) -> Any:
        if sql.startswith(NOT_OF_A_ROUND):
            return execute(sql, params, many, context)
        self.seen += 1
        if self.seen == self.at and not self.after:
            raise BrokenOff(sql)
        result = execute(sql, params, many, context)
        if self.seen == self.at:
            raise BrokenOff(sql)
        return result

    @contextlib.contextmanager
    def in_force(self, *aliases: str) -> Iterator[None]:
        """Break what goes through these connections."""
        with contextlib.ExitStack() as stack:
            for alias in aliases:
                stack.enter_context(connections[alias].execute_wrapper(self))
            yield


def broken_off_everywhere(
    go: Callable[[], object], *, before_each: Callable[[], object], aliases: tuple[str, str]
) -> int:
    """Make a round for each of its statements, broken off before it and after it; return how many there were."""
    for after in (False, True):
        at = 0
        while True:
            at += 1
            before_each()
            breaking = Breaking(at, after=after)
            with breaking.in_force(*aliases), contextlib.suppress(BrokenOff):
                go()
                break
    return at - 1


class Database:
    """One of the two, shut to everybody, opened again, replaced by a copy; by the server's administrator."""

    def __init__(self, name: str, *, administrator: str) -> None:
        self.name, self.address = name, administrator

    def shut(self) -> None:
        """Refuse connections, and end those that there are."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(_named("ALTER DATABASE {} ALLOW_CONNECTIONS false", self.name))
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND backend_type = %s",
                [self.name, "client backend"],
            )

    def open(self) -> None:
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(_named("ALTER DATABASE {} ALLOW_CONNECTIONS true", self.name))

    @contextlib.contextmanager
    def kept_as_backup(self) -> Iterator[None]:
        """Keep a copy of how it is now; at the end let it stand in the place of what it has become."""
        copy, gone = f"{self.name}_backup", f"{self.name}_gone"
        with psycopg.connect(self.address, autocommit=True) as connection:
            self.shut()
            time.sleep(0.5)
            connection.execute(_named("CREATE DATABASE {} TEMPLATE {} OWNER {}", copy, self.name, OWNER))
            self.open()
            yield
            self.shut()
            time.sleep(0.5)
            connection.execute(_named("ALTER DATABASE {} RENAME TO {}", self.name, gone))
            connection.execute(_named("ALTER DATABASE {} RENAME TO {}", copy, self.name))
            connection.execute(_named("DROP DATABASE {}", gone))


def _named(statement: str, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*map(sql.Identifier, names))
