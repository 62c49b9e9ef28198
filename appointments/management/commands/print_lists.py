"""manage.py print_lists: the officers' sheets for a printer queue, at the hours at which a timer calls it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from access.models import Building, Establishment
from appointments.prison.listing import TODAY, TOMORROW, day_from, list_of_day
from appointments.prison.printer import printed_for_the_queue
from appointments.prison.sheets import parts_of

PATIENCE = 60


class Command(BaseCommand):
    """Keep today's or tomorrow's sheets as printed, and hand them to a queue or into a file."""

    help = "Print the officers’ movement lists: to a printer queue (--printer) or into a PDF file (--to)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare which sheets, and where they go."""
        parser.add_argument("establishment", help="the establishment’s code")
        parser.add_argument("--day", choices=(TODAY, TOMORROW), default=TODAY)
        parser.add_argument("--building", help="one building alone, by its name")
        parser.add_argument("--each-floor", action="store_true", help="one sheet a floor instead of one a building")
        parser.add_argument("--large", action="store_true", help="large print")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], default="fr")
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("--printer", help="the name of a queue of this machine (lp -d)")
        where.add_argument("--to", type=Path, help="a file to write instead")

    def handle(self, *args: Any, **options: Any) -> None:
        """Set the sheets and hand them over."""
        if settings.CAREHUB_DOOR != "prison":
            raise CommandError("Set CAREHUB_DOOR=prison: the lists are printed where officers work.")
        place = Establishment.objects.filter(code=options["establishment"]).first()
        if place is None:
            raise CommandError(f"There is no establishment {options['establishment']} here.")
        buildings = Building.objects.filter(establishment=place)
        if options["building"]:
            buildings = buildings.filter(name=options["building"])
        listed = list_of_day(place, options["day"], day_from(options["day"], place), buildings)
        if not listed.edition.has_arrived:
            raise CommandError("This list has not arrived: an empty sheet would say that nobody is expected.")
        parts = parts_of(listed, listed.buildings, is_each=options["each_floor"])
        if not parts:
            raise CommandError("There is no such building here.")
        with translation.override(options["language"]):
            paper = printed_for_the_queue(listed, parts, is_large=options["large"])
        self.hand_over(paper, printer=options["printer"], to=options["to"])
        self.stdout.write(f"{len(parts)} sheets of {options['day']}, {place.code}.")

    def hand_over(self, paper: bytes, *, printer: str | None, to: Path | None) -> None:
        """Write the file, or give the sheets to the queue: they never lie on the disk of the machine then."""
        if to is not None:
            to.write_bytes(paper)
            return
        try:
            subprocess.run(
                ["lp", "-d", str(printer), "-"],  # noqa: S607 wherever CUPS put it
                input=paper,
                check=True,
                capture_output=True,
                timeout=PATIENCE,
            )
        except FileNotFoundError as error:
            raise CommandError("There is no “lp” on this machine: install CUPS’ client, or use --to.") from error
        except subprocess.SubprocessError as error:
            raise CommandError(f"The queue {printer} did not take the sheets: {error}") from error
