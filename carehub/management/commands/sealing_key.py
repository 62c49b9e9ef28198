"""manage.py sealing_key: makes the pair of keys to which backups, or the day on paper, are sealed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations

from carehub.keeping import sealing
from carehub.keeping.sealing import NotKept


class Command(BaseCommand):
    """The same as age-keygen: the private key goes into the file, and from there into a safe."""

    help = "Write a new private key into a file and say its public key, for CAREHUB_BACKUP_RECIPIENTS."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the file."""
        parser.add_argument("file", type=Path, help="a file that is not there yet, on a stick that goes into a safe")

    @no_translations
    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Make it."""
        try:
            self.stdout.write(sealing.new_identity(file))
        except NotKept as error:
            raise CommandError(str(error)) from None
