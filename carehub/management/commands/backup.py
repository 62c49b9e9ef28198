"""manage.py backup: keeps both databases, sealed, in a folder of their own; forgets what is too old."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.utils import timezone

from carehub.keeping import backup, folder
from carehub.keeping.sealing import NotKept

logger = logging.getLogger("carehub.keeping")


class Command(BaseCommand):
    """One of the nightly worker's (carehub.nightly); before an upgrade by hand (docs/backup.md)."""

    help = "Keep both databases of one moment, sealed to CAREHUB_BACKUP_RECIPIENTS, in CAREHUB_BACKUPS."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare where to."""
        parser.add_argument("--to", type=Path, help="another folder than CAREHUB_BACKUPS; nothing is removed from it")
        parser.add_argument("--if-set", action="store_true", help="do nothing where no folder is set")

    @no_translations
    def handle(self, *args: Any, to: Path | None, if_set: bool, **options: Any) -> None:
        """Make it, then forget what is too old."""
        if settings.CAREHUB_DOOR != "owner":
            raise CommandError("Unset CAREHUB_DOOR: this command works with the login of the schema's owner.")
        into = to or (Path(settings.CAREHUB_BACKUPS) if settings.CAREHUB_BACKUPS else None)
        if into is None and if_set:
            self.stdout.write("No folder of backups is set (CAREHUB_BACKUPS): nothing was kept.")
            return
        if into is None:
            raise CommandError("Set CAREHUB_BACKUPS to the folder of the backups, or name one with --to.")
        now = timezone.now()
        try:
            made, fingerprint = backup.make(into, settings.CAREHUB_BACKUP_RECIPIENTS, now=now)
        except NotKept as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{made}\nfingerprint {fingerprint}")
        logger.warning("Backup %s made, fingerprint %s.", made.name, fingerprint)
        if to is None:
            for path in folder.forget(into, now=now, after=timedelta(days=settings.CAREHUB_BACKUP_DAYS)):
                self.stdout.write(f"{path.name} removed: older than {settings.CAREHUB_BACKUP_DAYS} days.")
