"""manage.py purge_bench: what a purge costs those who book meanwhile, and what a year of purges leaves on the disk."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.db import connections

from access.models import Establishment
from carehub.tools import generate, purging, tables
from carehub.tools.bench.clocks import load
from carehub.tools.embedded import join
from carehub.tools.management.commands.generate import refuse_here

MEGABYTE = 1 << 20


class Command(BaseCommand):
    help = "Measure retention on a generated establishment. Works in an empty database only: make purge-bench."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--years", type=float, default=3.0, help="how long it has been open (3)")

    @no_translations
    def handle(self, *args: Any, years: float, **options: Any) -> None:
        refuse_here()
        for side in connections:
            tables.bring_up(side)
        urls = join(Path(os.environ.get("CAREHUB_HOME", "")))
        if urls is None:
            raise CommandError("This works beside the embedded server alone: make purge-bench.")
        generate.fill(1, years, 1, say=lambda filled: self.say(f"{filled.appointments:,} appointments"))
        place = Establishment.objects.get()
        found = purging.beside_bookings(place)
        self.say(f"{found.rows:,} appointments forgotten in {found.seconds:.0f} s; load {load()}")
        self.say("| bookings | how many | p50, ms | p95 | longest |")
        self.say("|---|---:|---:|---:|---:|")
        self.say(f"| before | {found.alone} |")
        self.say(f"| beside the purge | {found.beside} |")
        self.say("| after weeks | rows | table, MB | indexes, MB |")
        self.say("|---:|---:|---:|---:|")
        for each in purging.year_of_bloat(urls["superuser"].rpartition("/")[0] + "/carehub"):
            sizes = f"{each.heap / MEGABYTE:.1f} | {each.indexes / MEGABYTE:.1f}"
            self.say(f"| {each.weeks} | {each.rows:,} | {sizes} |")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
