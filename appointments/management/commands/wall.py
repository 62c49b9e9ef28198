"""manage.py wall: shows how the databases in use differ from appointments/wall/, or writes their schema.sql again."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.db import connections

from appointments.wall import dump, of_alias, schema_file


class Command(BaseCommand):
    """Compare; or migrate and write. `make schema` does the second on fresh databases of its own."""

    help = "Compare the databases with appointments/wall/…/schema.sql, or write those files again (--write)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the option."""
        parser.add_argument("--write", action="store_true", help="migrate, and write schema.sql from the databases")

    @no_translations
    def handle(self, *args: Any, write: bool, **options: Any) -> None:
        """Print what differs, line by line, and fail; or write."""
        if settings.CAREHUB_DOOR != "owner":
            raise CommandError("Unset CAREHUB_DOOR: this command works with the login of the schema's owner.")
        if write:
            self.write()
            return
        differs = False
        for alias in connections:
            lines = list(differences(alias))
            differs = differs or bool(lines)
            for line in lines:
                self.stdout.write(line)
            if not lines:
                self.stdout.write(f"The database {alias} is as appointments/wall/{of_alias(alias)}/schema.sql says.")
        if differs:
            raise CommandError("The database differs. After a change of a rule or a model: make schema.")

    def write(self) -> None:
        """Write the hospital's database, and one prison's: all of them are alike."""
        for alias in ("default", str(settings.CAREHUB_PRISONS[0])):
            call_command("migrate", database=alias, verbosity=0, interactive=False)
            schema_file(of_alias(alias)).write_text(dump.text(rows_of(alias)), encoding="utf-8")


def differences(alias: str) -> Iterator[str]:
    """Give the lines that differ between a database in use and its file; one that came back from a backup does not."""
    written = dump.as_restored(schema_file(of_alias(alias)).read_text(encoding="utf-8")).splitlines()
    here = dump.as_restored(dump.text(rows_of(alias))).splitlines()
    return difflib.unified_diff(written, here, "schema.sql", f"the database {alias}", lineterm="", n=0)


def rows_of(alias: str) -> dump.Rows:
    """Return what gives the rows of a query of a database's catalogue."""

    def rows(sql: str) -> list[tuple[str, str]]:
        with connections[alias].cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())

    return rows
