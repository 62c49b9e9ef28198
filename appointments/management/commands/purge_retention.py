"""manage.py purge_retention: forgets what each unit keeps no longer, kind by kind. Every night."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations

from access.models import Establishment
from appointments.models.enums.retention import RetentionKind
from appointments.retention.log import all_chains, count_lines, forget_lines
from appointments.retention.purge import forget, would_forget


class Command(BaseCommand):
    """The units say how many months (page "What is kept how long"); each purge leaves a record of how many of what."""

    help = "Forget appointments, requests, rounds, people who left, lines of the log… beyond their retention."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the option."""
        parser.add_argument("--dry-run", action="store_true", help="say what would be forgotten, and forget nothing")

    @no_translations
    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        if settings.CAREHUB_DOOR != "owner":
            raise CommandError("Unset CAREHUB_DOOR: this command works with the login of the schema's owner.")
        said = "would be forgotten" if dry_run else "forgotten"
        total = 0
        for establishment in Establishment.objects.order_by("pk"):
            for each in would_forget(establishment) if dry_run else forget(establishment):
                total += self.tell(establishment.code, each.kind, each.before, each.rows, said)
        for chains in all_chains():
            lines = count_lines(chains) if dry_run else forget_lines(chains)
            code = chains.establishment.code if chains.establishment else "no establishment"
            total += self.tell(code, RetentionKind.LOG, chains.before, lines, said)
        self.stdout.write(f"{total} rows {said}.")

    def tell(self, code: str, kind: RetentionKind, before: object, rows: int, said: str) -> int:
        if rows:
            self.stdout.write(f"{code}: {rows} {kind.value} of before {before} {said}")
        return rows
