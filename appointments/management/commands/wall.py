"""manage.py wall: shows how the database in use differs from appointments/wall/, or writes its schema.sql again."""

from __future__ import annotations

import difflib
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.db import connection

from appointments.wall import dump, schema_file


class Command(BaseCommand):
    """Compare; or migrate and write. `make schema` does the second on a fresh database of its own."""

    help = "Compare the database with appointments/wall/care/schema.sql, or write that file again (--write)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help="migrate, and write schema.sql from the database")

    @no_translations
    def handle(self, *args: Any, write: bool, **options: Any) -> None:
        if settings.CAREHUB_DOOR != "owner":
            raise CommandError("Unset CAREHUB_DOOR: this command works with the login of the schema's owner.")
        if write:
            call_command("migrate", verbosity=0, interactive=False)
            schema_file("care").write_text(dump.text(rows), encoding="utf-8")
            return
        here, there = dump.text(rows).splitlines(), schema_file("care").read_text(encoding="utf-8").splitlines()
        differences = list(difflib.unified_diff(there, here, "schema.sql", "the database in use", lineterm="", n=0))
        for line in differences:
            self.stdout.write(line)
        if differences:
            raise CommandError("The database differs. After a change of a rule or a model: make schema.")
        self.stdout.write("The database is as appointments/wall/care/schema.sql says.")


def rows(sql: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())
