"""Sends each table to its side: the hospital's database, or a prison's (docs/architecture.md).

In a process that works in both, `default` is the hospital's. At the prison door there is one database, the prison's,
and that is `default`: nothing else can be reached from there.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model

# Tables of the hospital's side, and of the prison's. Those of every other application stand in both.
CARE_ONLY = frozenset({"appointments", "procrastinate"})
PRISON_ONLY = frozenset({"prison"})


class Sides:
    """The router of settings.DATABASE_ROUTERS."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        """Return the prison's database for its own tables; where there are several, the caller says which."""
        if model._meta.app_label not in PRISON_ONLY or settings.CAREHUB_DOOR == "prison":
            return None
        instance = hints.get("instance")
        if instance is not None and instance._state.db:
            return str(instance._state.db)
        return str(settings.CAREHUB_PRISONS[0])

    db_for_write = db_for_read

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool | None:
        """Allow two rows of one database, by whatever name it was reached."""
        if one._state.db is None or other._state.db is None:
            return None
        return connections[one._state.db] is connections[other._state.db]

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Say whether the tables of an application stand in a database."""
        return app_label not in (PRISON_ONLY if db == DEFAULT_DB_ALIAS else CARE_ONLY)
