"""Makes a backup: each database by pg_dump from a snapshot, the prisons' first and the hospital's a moment later.

In this order the courier's work survives (docs/adr/0061): it keeps a thing at the hospital before it lets go of it at
the prison, so what it carried between the two snapshots stands in both, and its next round keeps it once.
"""

from __future__ import annotations

import fcntl
import io
import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import sql

from carehub.keeping import folder, postgres, sealing
from carehub.keeping.sealing import NotKept

FORMAT = 1
TABLES = """
    SELECT c.relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND r.rolname = current_user ORDER BY 1
"""


@dataclass(frozen=True)
class Picture:
    """A database at one instant, by its own clock: the snapshot's name, and how many rows each table holds in it."""

    alias: str
    snapshot: str
    at: datetime
    rows: dict[str, int]
    migrations: list[str]


def make(into: Path, written: list[str], *, now: datetime) -> tuple[Path, str]:
    """Write a backup into a new folder; return it, and its fingerprint. Whole or not at all. Raises NotKept."""
    to = sealing.recipients(written, setting="CAREHUB_BACKUP_RECIPIENTS")
    try:
        into.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _alone(into):
            made = into / folder.name_of(now)
            half = made.with_name(made.name + folder.UNFINISHED)
            if made.exists():
                raise NotKept(f"{made} is there already. Try again in a second.")
            half.mkdir(mode=0o700)
            try:
                fingerprint = _write(half, to, now=now)
                half.rename(made)
            except BaseException:
                shutil.rmtree(half, ignore_errors=True)
                raise
            sealing.keep_name(into)
            return made, fingerprint
    except OSError as error:
        raise NotKept(f"{into} cannot be written: {error.strerror}.") from None


@contextmanager
def _alone(into: Path) -> Iterator[None]:
    """Let one run at a time work in the folder; the kernel lets go of it when the process ends."""
    with (into / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotKept(f"Another backup is being written into {into}.") from None
        yield


def _write(half: Path, to: list[Any], *, now: datetime) -> str:
    files = {}
    with ExitStack() as held:
        aliases = [*settings.CAREHUB_PRISONS, DEFAULT_DB_ALIAS]
        pictures = [held.enter_context(picture(alias)) for alias in aliases]
        for each in pictures:
            file = half / f"{each.alias}.dump{sealing.ENDING}"
            with postgres.dumping(each.alias, each.snapshot) as stream:
                digest = sealing.seal(stream, file, to)
            files[each.alias] = {
                "file": file.name,
                "sha256": digest,
                "at": each.at.isoformat(),
                "rows": each.rows,
                "migrations": each.migrations,
            }
    told = {"format": FORMAT, "made_at": now.isoformat(), "databases": files}
    return sealing.seal(io.BytesIO(json.dumps(told, indent=1).encode()), half / folder.MANIFEST, to)


@contextmanager
def picture(alias: str) -> Iterator[Picture]:
    """Hold a database still for whoever names the snapshot, as long as this lasts."""
    connection = connections[alias].copy()
    connection.settings_dict = {**connection.settings_dict, "CONN_MAX_AGE": 0}
    try:
        connection.set_autocommit(False)
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SELECT pg_export_snapshot(), clock_timestamp()")
            [(snapshot, at)] = cursor.fetchall()
            rows = counted(cursor)
            if "django_migrations" not in rows:
                raise NotKept(f"{alias}: the database is empty, there is nothing to keep. Restore into it, or migrate.")
            cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")
            applied = [name for (name,) in cursor.fetchall()]
        yield Picture(alias, snapshot, at, rows, applied)
    finally:
        connection.close()


def counted(cursor: Any) -> dict[str, int]:
    """Return how many rows each of our tables holds."""
    cursor.execute(TABLES)
    rows = {}
    for (name,) in cursor.fetchall():
        cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name)))
        [(rows[name],)] = cursor.fetchall()
    return rows
