"""manage.py handover_key: makes the private key to which other units seal hand-overs. Once, at the care door's host."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations

from appointments.handover.keys import aloud, make_key, path_of

CODE = re.compile(r"[A-Za-z0-9_-]{1,20}")


class Command(BaseCommand):
    """It asks no database: the key stands in a file that the care door's process alone may read, and nowhere else."""

    help = "Make a unit's private key for hand-overs, in CAREHUB_HANDOVER_KEYS; say its public key and its digits."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--establishment", required=True, metavar="CODE")
        parser.add_argument(
            "--unit", type=int, metavar="NUMBER", help="of a house with several units: the number on the hand-over page"
        )

    @no_translations
    def handle(self, *args: Any, establishment: str, unit: int | None = None, **options: Any) -> None:
        if not settings.CAREHUB_HANDOVER_KEYS:
            raise CommandError("CAREHUB_HANDOVER_KEYS is not set: name the directory in which keys are kept.")
        if CODE.fullmatch(establishment) is None:
            raise CommandError("--establishment is the code of an establishment: letters, digits, - and _.")
        path = path_of(establishment, unit)
        assert path is not None  # noqa: S101 the directory is set, as was asked above
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            public = make_key(path)
        except FileExistsError:
            raise CommandError(f"{path} is there already. What was sealed to it opens with no other key.") from None
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from None
        self.stdout.write(f"Written: {path}\nPublic key: {public}\nTo be read aloud: {aloud(public)}")
