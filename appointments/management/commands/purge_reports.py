"""manage.py purge_reports: forgets reports, complaints and facts older than each unit keeps them. Every night."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations

from access.models import Establishment
from appointments.obstruction.reports.retention import forget, to_be_forgotten


class Command(BaseCommand):
    """The units say how many years (ReportSettings); each purge leaves a record of how many of what."""

    help = "Forget reports, individual complaints and facts of the log beyond their retention."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the option."""
        parser.add_argument("--dry-run", action="store_true", help="say what would be forgotten, and forget nothing")

    @no_translations
    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        if settings.CAREHUB_DOOR != "owner":
            raise CommandError("Unset CAREHUB_DOOR: this command works with the login of the schema's owner.")
        reports = complaints = facts = 0
        for establishment in Establishment.objects.order_by("pk"):
            found = to_be_forgotten(establishment) if dry_run else forget(establishment)
            reports += len(found.reports)
            complaints += len(found.complaints)
            facts += len(found.facts)
        said = "would be forgotten" if dry_run else "forgotten"
        self.stdout.write(f"{reports} reports, {complaints} complaints and {facts} facts {said}.")
