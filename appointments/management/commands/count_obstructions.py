"""manage.py count_obstructions: lets the log of obstructed care say what the appointments say now. Every hour."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser, no_translations

from access.models import Establishment
from appointments.obstruction.log import count_lately

# An outcome that is corrected so late still corrects the log.
DAYS = 62


class Command(BaseCommand):
    """Safe to run again: what is written stays, unless the rows now say something else."""

    help = "Count obstructed care of the last days again, for every establishment."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the option."""
        parser.add_argument("--days", type=int, default=DAYS, help=f"how many days back (usually {DAYS})")

    @no_translations
    def handle(self, *args: Any, days: int, **options: Any) -> None:
        for establishment in Establishment.objects.order_by("code"):
            new, changed, gone = count_lately(establishment, days)
            self.stdout.write(f"{establishment.code}: {new} facts new, {changed} changed, {gone} gone.")
