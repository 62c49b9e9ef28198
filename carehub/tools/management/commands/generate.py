"""manage.py generate: fills empty databases with invented establishments, up to a nation's size, for measures."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.db import connection, connections

from access.models import Establishment
from carehub.tools import generate, tables

MOST_ESTABLISHMENTS, MOST_YEARS, MOST_JOBS = 999, 20, 16


class Command(BaseCommand):
    help = "Fill empty databases with N invented establishments of Y years. Never in production."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--establishments", type=int, required=True, metavar="N", help="how many, 1 to 999")
        parser.add_argument("--years", type=float, required=True, metavar="Y", help="how long they have been open")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="another one gives other people")
        parser.add_argument(
            "--jobs", type=int, default=1, metavar="J", help="how many processes write at once, 1 to 16"
        )

    @no_translations
    def handle(self, *args: Any, establishments: int, years: float, seed: int, jobs: int = 1, **options: Any) -> None:
        refuse_here()
        if not 1 <= jobs <= MOST_JOBS:
            raise CommandError(f"--jobs is a number from 1 to {MOST_JOBS}.")
        if not 1 <= establishments <= MOST_ESTABLISHMENTS:
            raise CommandError(f"--establishments is a number from 1 to {MOST_ESTABLISHMENTS}.")
        if not 0 < years <= MOST_YEARS:
            raise CommandError(f"--years is above 0 and at most {MOST_YEARS}.")
        for side in connections:
            tables.bring_up(side)
        if not generate.is_empty():
            raise CommandError("These databases hold accounts or establishments already. Nothing was done.")
        expected = generate.expected_appointments(establishments, years, seed)
        self.say(f"{establishments} establishments of {years:g} years: about {expected:,} appointments")
        written = generate.fill(establishments, years, seed, say=self.tell, jobs=jobs)
        self.say(f"{written:,} appointments are there. Officers’ lists are published.")

    def tell(self, filled: generate.Filled) -> None:
        self.say(
            f"{100 * filled.houses // filled.of:3d} %  {filled.houses} of {filled.of} establishments, "
            f"{filled.appointments:,} appointments, {filled.appointments / filled.seconds:,.0f} a second, "
            f"{in_minutes(filled.seconds_left)} left"
        )

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def refuse_here() -> None:
    """Refuse production, another login than the owner's, and a database in use, before anything is touched."""
    if settings.IS_PRODUCTION:
        raise CommandError("CAREHUB_ENV is production: invented people have no place there. Nothing was done.")
    if settings.CAREHUB_DOOR != "owner":
        raise CommandError("Unset CAREHUB_DOOR: this command works with the login of the schema's owner.")
    # A database in use is not migrated either.
    if Establishment._meta.db_table in connection.introspection.table_names() and Establishment.objects.exists():
        raise CommandError("These databases hold accounts or establishments already. Nothing was done.")


def in_minutes(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
