"""PostgreSQL's own programs, pg_dump and pg_restore, as the schema's owner: what is ours, and nothing of others.

A door's login may have made things that only it may read, or that nobody else may make again: large objects, tables of
its own, default privileges, which every login sets for itself. They are neither dumped nor restored.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, cast

import psycopg
from django.conf import settings
from django.db import connections
from psycopg.conninfo import make_conninfo

from carehub.keeping.sealing import NotKept

# Those that the rules use; whoever restores makes them again. Both may be made by the owner of a database.
EXTENSIONS = ("btree_gist", "pg_trgm")
LOCK_WAIT = "60s"
OWN_EXTENSIONS = "SELECT extname FROM pg_extension WHERE extname = ANY (%s) ORDER BY 1"
OTHERS_TABLES = """
    SELECT c.relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = ANY ('{r,p,v,m,f,S}') AND r.rolname <> current_user
    ORDER BY 1
"""
Parameters = dict[str, Any]


def program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs. Raises NotKept where it is not installed."""
    found = shutil.which(name, path=settings.CAREHUB_PG_PROGRAMS or None)
    if found is None:
        where = settings.CAREHUB_PG_PROGRAMS or "any folder of PATH"
        raise NotKept(f"{name} is not in {where}: install PostgreSQL’s client programs, or set CAREHUB_PG_PROGRAMS.")
    return found


def address_of(alias: str) -> tuple[str, dict[str, str]]:
    """Return how a program reaches the database: an address, and the environment, in which the password stands."""
    known = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()}
    parameters: Parameters = connections[alias].get_connection_params()
    given = {key: value for key, value in parameters.items() if key in known and value not in {None, ""}}
    password = given.pop("password", None)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    environment |= {"LC_ALL": "C", **({"PGPASSWORD": str(password)} if password else {})}
    return make_conninfo(**given), environment


@contextmanager
def dumping(alias: str, snapshot: str) -> Iterator[IO[bytes]]:
    """Give what pg_dump writes of a database as it was in that snapshot. Raises NotKept where it fails, at the end."""
    address, environment = address_of(alias)
    command = [program("pg_dump"), "--format=custom", f"--snapshot={snapshot}", f"--lock-wait-timeout={LOCK_WAIT}"]
    command += ["--schema=public", *(f"--extension={name}" for name in _names(alias, OWN_EXTENSIONS, [*EXTENSIONS]))]
    command += [f"--exclude-table=public.{_quoted(name)}" for name in _names(alias, OTHERS_TABLES)]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [*command, f"--dbname={address}"], env=environment, stdout=subprocess.PIPE, stderr=said
        )
        stream = cast("IO[bytes]", process.stdout)
        try:
            yield stream
        finally:
            stream.close()
            code = process.wait()
        if code:
            raise NotKept(f"pg_dump did not finish the database of {alias}: {_last_words(said)}")


def restore(alias: str, feed: Callable[[IO[bytes]], None]) -> None:
    """Restore all of our own that `feed` writes to pg_restore, or nothing. Raises NotKept."""
    contents = _run("pg_restore", ["--list"], feed)
    owner = str(connections[alias].settings_dict["USER"])
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "list"
        wanted.write_bytes(b"\n".join(_ours(contents, owner.encode())) + b"\n")
        address, environment = address_of(alias)
        options = ["--exit-on-error", "--single-transaction", f"--use-list={wanted}", f"--dbname={address}"]
        _run("pg_restore", options, feed, environment)


def _ours(contents: bytes, owner: bytes) -> Iterator[bytes]:
    """Give the lines of the contents that are the owner's, or an extension, which has none."""
    for line in contents.splitlines():
        words = line.split()
        if line.startswith(b";") or len(words) < 6:
            continue
        if words[-1] == owner or (words[3] == b"EXTENSION" and words[5].decode() in EXTENSIONS):
            yield line


def _run(name: str, options: list[str], feed: Callable[[IO[bytes]], None], environment: Any = None) -> bytes:
    """Run a program on what `feed` writes; return what it says. Raises NotKept."""
    with tempfile.TemporaryFile() as told, tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [program(name), *options], env=environment, stdin=subprocess.PIPE, stdout=told, stderr=said
        )
        stream = cast("IO[bytes]", process.stdin)
        try:
            feed(stream)
        except BrokenPipeError:
            # It has read what it wanted, or says itself what it did not like.
            pass
        except BaseException:
            process.kill()
            raise
        finally:
            with suppress(BrokenPipeError):
                stream.close()
            code = process.wait()
        if code:
            raise NotKept(f"{name} did not restore anything: {_last_words(said)}")
        told.seek(0)
        return told.read()


def _names(alias: str, question: str, *values: Any) -> list[str]:
    with connections[alias].cursor() as cursor:
        cursor.execute(question, values)
        return [name for (name,) in cursor.fetchall()]


def _quoted(name: str) -> str:
    """Return a name as a pattern that means this name alone."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _last_words(said: IO[bytes]) -> str:
    said.seek(0)
    # Its first complaint, without the statement and the row, which may hold names.
    lines = [line for line in said.read().decode(errors="replace").splitlines() if "error:" in line]
    return lines[0] if lines else "it left no word."
