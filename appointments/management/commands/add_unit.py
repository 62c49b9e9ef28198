"""manage.py add_unit: one more care unit at an establishment, or another name for one."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations

from access.models import Establishment
from appointments.models import CareUnit
from appointments.planning import open_unit, rename_unit


class Command(BaseCommand):
    """Whoever heads the only unit stays its head; heads of the new one are named at the accounts door."""

    help = "Open a care unit at an establishment beside those that it has, or rename one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="the establishment's code")
        parser.add_argument("name", help="the unit's name, as the house says it: it appears on care's pages only")
        parser.add_argument("--rename", metavar="NAME", help="give this name to the unit that is called so, add none")

    @no_translations
    def handle(self, *args: Any, code: str, name: str, rename: str | None, **options: Any) -> None:
        if settings.CAREHUB_DOOR != "owner":
            raise CommandError("Unset CAREHUB_DOOR: this command works with the login of the schema's owner.")
        establishment = Establishment.objects.filter(code__iexact=code).first()
        if establishment is None:
            raise CommandError(f"No establishment has the code {code}.")
        try:
            if rename is None:
                heads = open_unit(establishment, name=name)
                kept = ", ".join(head.username for head in heads) or "nobody"
                self.stdout.write(f"{name} is open at {establishment.name}. Heads of the unit that was there: {kept}.")
                return
            unit = CareUnit.objects.filter(establishment=establishment, name=rename).first()
            if unit is None:
                known = ", ".join(establishment.care_units.values_list("name", flat=True))
                raise CommandError(f"No unit there is called {rename}. Known: {known}.")
            rename_unit(unit, name=name)
        except ValidationError as refusal:
            raise CommandError("\n".join(refusal.messages)) from refusal
        self.stdout.write(f"{rename} is now called {name}.")
