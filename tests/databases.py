"""Databases for tests, copied from a pair that is migrated once a run: migrating takes seconds, copying does not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.utils import CursorWrapper

from appointments import wall
from carehub.tools import embedded, tables
from carehub.tools.tables import turned_to
from tests import emptying

# The hospital's database and a prison's, as models know them.
SIDES = (DEFAULT_DB_ALIAS, "prison")
# Held by the worker that makes or removes the pair; the others wait.
LOCK = 20_261_129
# Held before that one by the worker that loads or copies the demonstration.
LOCK_OF_DEMONSTRATION = LOCK + 1


@cache
def pair() -> dict[str, str]:
    """The names of the migrated pair: one a run, whatever other run uses the same server."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid4().hex
    return {side: f"carehub_migrated_{side}_{run[:12]}" for side in SIDES}


def shown_pair() -> dict[str, str]:
    """The names of the pair that holds the demonstration (tests/demonstration.py)."""
    return {side: name.replace("migrated", "shown") for side, name in pair().items()}


def make(side: str, name: str, *, like: str = "") -> None:
    """Make the database `name` anew: as after `manage.py migrate`, or a copy of another."""
    with alone(side) as server:
        if not like and not _exists(server, pair()[side]):
            _migrate(side, server)
        server.execute(f'DROP DATABASE IF EXISTS "{name}"')
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like or pair()[side]}"')
    with turned_to(side, name), transaction.atomic(using=side), connections[side].cursor() as cursor:
        # Who may connect is said of a database, not in it, and so not copied.
        wall.put_up(cursor.execute, database=wall.of_alias(side))
        # Let tests empty the tables between them: log and history refuse it everywhere else (tests/wall checks that).
        for statement in emptying.statements("DISABLE", alias=side):
            cursor.execute(statement)


def remove(side: str, name: str) -> None:
    with alone(side) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}"')


def remove_pairs() -> None:
    """Remove what others are copied from, at the end of a run: a worker that comes later makes it again."""
    with alone(DEFAULT_DB_ALIAS, lock=LOCK_OF_DEMONSTRATION):
        for names in (pair(), shown_pair()):
            for side, name in names.items():
                remove(side, name)


# Tables that have never held a row have no pages.
SWEEP = """
    DO $$
    DECLARE each text;
    BEGIN
        FOREACH each IN ARRAY string_to_array(current_setting('sweep.tables'), ' ') LOOP
            CONTINUE WHEN pg_relation_size(each::regclass) = 0;
            EXECUTE format('DELETE FROM %I', each);
        END LOOP;
    END $$
"""
_sweepers: dict[str, psycopg.Connection[Any]] = {}


def empty(side: str, tables: list[str]) -> None:
    """Remove every row of these tables, whatever keeps rows there otherwise.

    To truncate gives each of a hundred tables new files, with their indexes, and every session has to learn of them:
    more than most tests take. A server that is not our own gives nobody the right to do otherwise.
    """
    sweeper = _sweeper(connections[side].settings_dict["NAME"])
    if sweeper is None:
        with connections[side].cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(tables)}")
    else:
        sweeper.execute("SELECT set_config('sweep.tables', %s, false)", [" ".join(tables)])
        sweeper.execute(SWEEP)


def _sweeper(name: str) -> psycopg.Connection[Any] | None:
    """A connection of the server's superuser to the database `name`, for as long as that stands; None without one."""
    if name not in _sweepers and (address := _superuser()):
        there = urlunsplit(urlsplit(address)._replace(path=f"/{name}"))
        _sweepers[name] = psycopg.connect(there, autocommit=True)
        # In this session no trigger and no foreign key is asked.
        _sweepers[name].execute("SET session_replication_role = replica")
        _sweepers[name].execute("SET lock_timeout = '20s'")
    return _sweepers.get(name)


def end_sweeper(name: str) -> None:
    if name in _sweepers:
        _sweepers.pop(name).close()


@cache
def _superuser() -> str | None:
    home = os.environ.get("CAREHUB_HOME")
    urls = embedded.join(Path(home)) if home else None
    return urls["superuser"] if urls else None


@contextmanager
def alone(side: str, *, lock: int = LOCK) -> Iterator[CursorWrapper]:
    """A cursor outside of the databases at hand, for one worker at a time."""
    with connections[side]._nodb_cursor() as server:
        server.execute("SELECT pg_advisory_lock(%s)", [lock])
        yield server


def _exists(server: CursorWrapper, name: str) -> bool:
    server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return server.fetchone() is not None


def _migrate(side: str, server: CursorWrapper) -> None:
    """Make the database of the pair, whole or not at all: under its own name only when it is done."""
    name = pair()[side]
    server.execute(f'DROP DATABASE IF EXISTS "{name}_new"')
    server.execute(f'CREATE DATABASE "{name}_new"')
    with turned_to(side, f"{name}_new"):
        tables.bring_up(side)
    server.execute(f'ALTER DATABASE "{name}_new" RENAME TO "{name}"')
