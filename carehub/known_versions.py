"""Refuses to migrate a database of another line of versions: what its migrations are, these programs cannot know."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.base import CommandError
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

# Django's own applications and packages answer for themselves.
OURS = frozenset({"access", "appointments", "prison"})
NAMED_AT_MOST = 3


def unknown_migrations(alias: str) -> list[str]:
    """Return the migrations that were applied to that database and are none of this version's."""
    loader = MigrationLoader(None)
    known = loader.disk_migrations.keys()
    applied = MigrationRecorder(connections[alias]).applied_migrations().keys()
    labels = OURS & {config.label for config in apps.get_app_configs()}
    return sorted(f"{label}.{name}" for label, name in applied - known if label in labels)


def refuse_unknown(*, using: str, **kwargs: Any) -> None:
    """Before `manage.py migrate` changes anything. Raises CommandError."""
    unknown = unknown_migrations(using)
    if unknown:
        more = f" and {len(unknown) - NAMED_AT_MOST} more" if len(unknown) > NAMED_AT_MOST else ""
        raise CommandError(
            f"The database {using} holds migrations that this version does not know: "
            f"{', '.join(unknown[:NAMED_AT_MOST])}{more}. It is of a newer version, or of one from before "
            "29 November 2026, from which nothing leads here. Nothing was changed: docs/operations.md, “Upgrade”."
        )
