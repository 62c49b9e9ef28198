"""manage.py courier: carries editions to the prisons' databases and what officers record back, until it is stopped."""

from __future__ import annotations

import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations

from appointments.courier import rounds
from appointments.courier.service import Courier


class Command(BaseCommand):
    """The fourth service beside the three doors (docs/operations.md). Two may run: one acts, the other takes over."""

    help = "Carry published lists to the prison side and what officers record back; runs until it is stopped."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the option."""
        parser.add_argument("--once", action="store_true", help="make one round to every prison, and end")

    @no_translations
    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        """Work until SIGTERM or Ctrl-C."""
        if settings.CAREHUB_DOOR not in {"courier", "owner"}:
            raise CommandError("Set CAREHUB_DOOR=courier: this command works with the courier's own login.")
        if once:
            for prison in settings.CAREHUB_PRISONS:
                rounds.go(prison)
            return
        courier = Courier()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: courier.stop())
        courier.run()
