"""manage.py restore: brings a backup back into empty databases, and looks at what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.db import DatabaseError

from carehub.doctor.verdict import Level
from carehub.keeping import bringing_back, sealing
from carehub.keeping.sealing import NotKept


class Command(BaseCommand):
    """docs/backup.md says what to prepare: roles, empty databases, the private key."""

    help = "Restore a backup into the empty databases of the owner's addresses, and look at what came of it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare which backup, and with which key."""
        parser.add_argument("backup", type=Path, help="the folder of one backup")
        parser.add_argument("--key", type=Path, required=True, help="the file of the private key")
        parser.add_argument("--only", nargs="+", help="one side alone: default (the hospital's) or a prison's name")
        parser.add_argument("--fingerprint", default="", help="refuse any backup but the one with this fingerprint")
        parser.add_argument("--check", action="store_true", help="only see whether it can be opened and is whole")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse before anything is touched; then restore."""
        if settings.CAREHUB_DOOR != "owner":
            raise CommandError("Unset CAREHUB_DOOR: this command works with the login of the schema's owner.")
        try:
            self.restore(**options)
        except NotKept as error:
            raise CommandError(str(error)) from None
        except DatabaseError as error:
            raise CommandError(f"The database does not answer as it should: {str(error).splitlines()[0]}") from None

    def restore(self, *, backup: Path, key: Path, only: list[str], fingerprint: str, check: bool, **_: Any) -> None:
        """Open the backup and bring it back. Raises NotKept, DatabaseError, and CommandError for what is not sound."""
        aliases = bringing_back.wanted(only)
        found = bringing_back.opened(backup, sealing.identity(key), fingerprint=fingerprint)
        if check:
            self.stdout.write(f"{backup.name} is whole: {', '.join(sorted(found.told))}.")
            return
        bringing_back.refuse(found, aliases)
        for line in bringing_back.bring_back(found, aliases):
            self.stdout.write(line)
        problems = 0
        for verdict in bringing_back.looked_at(aliases):
            problems += verdict.level == Level.PROBLEM
            if verdict.level != Level.OK:
                self.stdout.write(f"{verdict.level:<8} {verdict.sentence}\n{'':9}→ {verdict.remedy}")
        if problems:
            raise CommandError(f"Restored, with {problems} problems: put them right before a door opens.")
        self.stdout.write("Restored and sound. Start the courier, then run verify_integrity and doctor.")
