"""The tables of an invented installation: at once where there are none, by their migrations where there are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test.utils import override_settings

# Its tables are known to its migrations alone, and these cannot run in one transaction.
QUEUE = "procrastinate"


def bring_up(alias: str) -> None:
    """Bring a database to this version; one without tables of ours gets them all or none, and in seconds."""
    if any(name.startswith(("access_", "appointments_", "prison_")) for name in _tables(alias)):
        call_command("migrate", database=alias, verbosity=0, interactive=False)
        return
    queue = MigrationExecutor(connections[alias])
    queue.migrate(queue.loader.graph.leaf_nodes(QUEUE))
    with transaction.atomic(using=alias):
        _make(alias)


def learn_rows(alias: str = DEFAULT_DB_ALIAS) -> None:
    """Let the database learn how its rows lie: it planned while the tables were empty, and would keep to that.

    Tables that it is just learning by itself are passed over: whoever waits for them in a transaction that goes on may
    be waited for.
    """
    with connections[alias].cursor() as cursor:
        cursor.execute("ANALYZE (SKIP_LOCKED)")


@contextmanager
def turned_to(alias: str, name: str) -> Iterator[None]:
    """Let the connection of that alias lead to the database `name`."""
    told = connections[alias].settings_dict
    before, told["NAME"] = told["NAME"], name
    connections[alias].close()
    try:
        yield
    finally:
        connections[alias].close()
        told["NAME"] = before


def _tables(alias: str) -> list[str]:
    with connections[alias].cursor() as cursor:
        return connections[alias].introspection.table_names(cursor)


def _make(alias: str) -> None:
    """Make what all migrations make, from the models of today; tests/wall/test_the_files.py holds both to one file.

    Step by step, Django renders a hundred models anew at each of a thousand steps: forty seconds a database.
    """
    modules = {app.label: None for app in apps.get_app_configs() if app.label != QUEUE}
    with connections[alias].cursor() as cursor:
        if alias == DEFAULT_DB_ALIAS:
            cursor.execute("CREATE EXTENSION btree_gist")
            cursor.execute("CREATE EXTENSION pg_trgm")
        with override_settings(MIGRATION_MODULES=modules):
            call_command("migrate", database=alias, interactive=False, verbosity=0, run_syncdb=True)
        # The one place where Django's own migrations go by another setting than its models.
        cursor.execute("ALTER TABLE auth_group_permissions ALTER id TYPE bigint")
    recorder = MigrationRecorder(connections[alias])
    done = recorder.applied_migrations()
    for app, name in sorted(MigrationLoader(connections[alias]).disk_migrations):
        if (app, name) not in done:
            recorder.record_applied(app, name)
