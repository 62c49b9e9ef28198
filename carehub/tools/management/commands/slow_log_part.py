"""manage.py slow_log_part: what `make slow-log` does with the owner's login, in processes of their own."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.db import connections

from access.enums import Role, Side
from access.models import AuditEntry, Establishment
from carehub.doctor.integrity import BROKEN_CHAIN, CUT_CHAIN, keys_of
from carehub.tools import tables
from carehub.tools.bench.units import member


class Command(BaseCommand):
    help = "Make the houses of make slow-log, or look whether their logs are whole."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("part", choices=("world", "count"))
        parser.add_argument("houses", type=int, nargs="?", default=1)

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError("This fills a database with invented rows: start it with make slow-log.")
        found = self.world(options["houses"]) if options["part"] == "world" else self.count()
        self.stdout.write(json.dumps(found))

    def world(self, houses: int) -> dict[str, int]:
        for side in connections:
            tables.bring_up(side)
        made = [Establishment.objects.create(code=f"L{number:03d}", name=f"{number}") for number in range(houses)]
        nurse = member(made[0], Side.CARE, Role.NURSE)
        return {"first": made[0].pk, "account": nurse.pk}

    def count(self) -> dict[str, int]:
        broken = [*keys_of(BROKEN_CHAIN)(), *keys_of(CUT_CHAIN)()]
        return {"lines": AuditEntry.objects.count(), "broken": len(broken)}
