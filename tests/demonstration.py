"""The demonstration, loaded once a run into a pair of databases; whoever reads it gets copies, within a second."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime

import time_machine
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from psycopg import sql

from access.models import Establishment
from carehub.tools import demo
from tests import databases


@dataclass
class Loaded:
    """What the load said and gave, and its moment: who has been seen by then follows the clock."""

    at: str
    accounts: list[dict[str, str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    @property
    def place(self) -> Establishment:
        return Establishment.objects.get(code="MA-DEMO")

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)


@contextmanager
def loaded() -> Iterator[Loaded]:
    """Let both connections lead to copies of the demonstration, and undo at the end what was written there."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    names = {side: f"{side}_demonstration_{worker}" for side in databases.SIDES}
    found = copy_to(names)
    try:
        with ExitStack() as stack:
            for side, name in names.items():
                stack.enter_context(databases.turned_to(side, name))
            with forgotten_afterwards():
                yield found
    finally:
        for side, name in names.items():
            databases.remove(side, name)


@contextmanager
def forgotten_afterwards() -> Iterator[None]:
    """Undo at the end what was written in either database."""
    with transaction.atomic(), transaction.atomic(using="prison"):
        yield
        transaction.set_rollback(True)
        transaction.set_rollback(True, using="prison")


def copy_to(names: dict[str, str]) -> Loaded:
    """Copy the pair to databases of these names. Who comes first loads it; the others wait for them."""
    with databases.alone("default", lock=databases.LOCK_OF_DEMONSTRATION) as server:
        found = told_of(server) or load()
        for side, name in names.items():
            databases.make(side, name, like=databases.shown_pair()[side])
    return found


def take_away_everything(side: str) -> None:
    """Empty a database: as it is before the load has been committed there."""
    there = connections[side]
    tables = set(there.introspection.django_table_names(only_existing=True)) - demo.WRITTEN_BY_MIGRATIONS
    with there.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {', '.join(sorted(tables))}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def told_of(server: CursorWrapper) -> Loaded | None:
    """What was noted about the pair when it was loaded; None when it is not there."""
    server.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
        [databases.shown_pair()["default"]],
    )
    row = server.fetchone()
    return Loaded(**json.loads(row[0])) if row and row[0] else None


def load() -> Loaded:
    with ExitStack() as stack:
        for side, name in databases.shown_pair().items():
            databases.make(side, name)
            stack.enter_context(databases.turned_to(side, name))
        stack.enter_context(time_machine.travel(timezone.now(), tick=False))
        found = Loaded(timezone.now().isoformat())
        found.accounts = demo.load(progress=found.said.append)
    with connections["default"]._nodb_cursor() as server:
        name = sql.Identifier(databases.shown_pair()["default"])
        note = sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, json.dumps(asdict(found)))
        server.execute(note)  # type: ignore[arg-type]
    return found
