"""manage.py bench: measures, in a database of its own, how work grows with size. `make bench` calls it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.db import connection, connections

from access.models import Establishment
from carehub.tools.bench import ALL, Comparison

HEADINGS: tuple[str, ...] = ("work", "small", "large", "small ms", "large ms", "ratio", "queries")


class Command(BaseCommand):
    help = "Measure pages, import and booking in small and large cases. Works in an empty database only."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", nargs="+", choices=ALL, default=list(ALL), help="measure less")

    @no_translations
    def handle(self, *args: Any, only: list[str], **options: Any) -> None:
        if settings.IS_PRODUCTION or settings.CAREHUB_DOOR != "owner":
            raise CommandError("The bench fills a database with invented rows: start it with make bench.")
        # Asked before anything is touched: a database in use is not migrated either.
        if Establishment._meta.db_table in connection.introspection.table_names() and Establishment.objects.exists():
            raise CommandError("This database holds an establishment already. make bench brings an empty one.")
        for side in connections:
            call_command("migrate", database=side, verbosity=0, interactive=False)
        lines = [HEADINGS]
        for name in only:
            self.stdout.write(f"measuring: {name}")
            self.stdout.flush()
            lines.append(line(ALL[name]()))
        widths = [max(len(cells[column]) for cells in lines) for column in range(len(HEADINGS))]
        self.stdout.write("")
        for cells in lines:
            self.stdout.write("  ".join(map(str.ljust, cells, widths)).rstrip())


def line(measure: Comparison) -> tuple[str, ...]:
    counted = measure.small_queries is not None
    return (
        measure.work,
        measure.small,
        measure.large,
        f"{measure.small_ms:.1f}",
        f"{measure.large_ms:.1f}",
        f"{measure.ratio:.2f}",
        f"{measure.small_queries} → {measure.large_queries}" if counted else "",
    )
