"""manage.py failover_part: what `make failover` runs in processes of their own, each with its login's address."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.db import connections

from carehub.tools import tables
from carehub.tools.failover import bookers
from carehub.tools.torture import world


class Command(BaseCommand):
    help = "Make the invented world of make failover, book in it, or count what is there."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("part", choices=("world", "book", "count"))
        parser.add_argument("--number", type=int, default=0, help="which of the bookers")
        parser.add_argument("--of", type=int, default=1, help="how many there are")
        parser.add_argument("--skip", type=int, default=0, help="how many wishes were done in an earlier round")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError("This fills a database with invented rows: start it with make failover.")
        if options["part"] == "world":
            for side in connections:
                tables.bring_up(side)
            world.build()
        elif options["part"] == "book":
            bookers.book_on(options["number"], options["of"], options["skip"])
        else:
            # What the bookers were told, a line each, at standard input.
            self.stdout.write(json.dumps(bookers.counted(sys.stdin)))
