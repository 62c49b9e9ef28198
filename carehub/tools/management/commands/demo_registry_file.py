"""manage.py demo_registry_file: writes an invented nominal list of today, to try the import with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from access.models import Establishment
from carehub.tools.demo.nominal_file import nominal_file
from carehub.tools.demo.sites import REMAND


class Command(BaseCommand):
    help = "Write a nominal list made from the demonstration: some people moved, some new, one released."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the CSV file to write")
        parser.add_argument("--establishment", default=REMAND.code, metavar="CODE")

    def handle(self, *args: Any, out: Path, establishment: str, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError("CAREHUB_ENV is production: lists of invented people have no place there.")
        place = Establishment.objects.filter(code=establishment).first()
        if place is None:
            raise CommandError(f"There is no establishment {establishment}. Load the demonstration first: make demo")
        try:
            out.write_bytes(nominal_file(place, today=place.today()))
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{out} holds an invented nominal list of {place.name}.")
