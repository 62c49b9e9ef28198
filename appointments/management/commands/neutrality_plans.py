"""manage.py neutrality_plans: weekly plans that would tell less, with what each tells and costs. Changes nothing."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations

from access.models import Establishment
from appointments.arithmetic.inference import NothingToMeasure

COLUMNS = (
    "alone", "few", "information", "lift", "min_entropy", "kept_gain", "kept_auc", "person_auc", "count_auc", "roster",
    "wait", "days",
)  # fmt: skip


class Command(BaseCommand):
    """The figures of docs/neutrality-plans.md. Minutes of searching."""

    help = "Search weekly plans that would make the movement list tell less; docs/neutrality-plans.md explains them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--establishment", required=True, metavar="CODE")
        parser.add_argument("--json", action="store_true", help="for a program instead of a reader")

    @no_translations
    def handle(self, *args: Any, establishment: str, **options: Any) -> None:
        """Search, try, print."""
        from appointments.plans.targets import LIMITS
        from appointments.plans.work import look

        place = Establishment.objects.filter(code__iexact=establishment).first()
        if place is None:
            known = ", ".join(Establishment.objects.order_by("code").values_list("code", flat=True)) or "none yet"
            raise CommandError(f"There is no establishment {establishment}. Known codes: {known}.")
        try:
            found = look(place)
        except NothingToMeasure:
            raise CommandError(f"Nobody was called at {place.name} in the last 26 weeks: nothing to try on.") from None
        if options["json"]:
            self.stdout.write(json.dumps(found, indent=2))
            return
        self.stdout.write("plan       moves times " + " ".join(f"{name:>11}" for name in COLUMNS))
        self._line("now", 0, found["times"], found["now"])
        for each in found["proposals"]:
            self._line(each["level"], len(each["asked"]), each["times"], each["figures"])
        for level, why in found["refused"].items():
            self.stdout.write(f"{level}: impossible {why or ''}")
        self.stdout.write(
            "\nno arrival times and no habit bring the same half-days below (appointments/plans/bounds.py)"
        )
        for name, bounds in [("now", found["bounds"]), *((one["level"], one["bounds"]) for one in found["proposals"])]:
            said = " ".join(f"{what} {'-' if least is None else least}" for what, least in bounds.items())
            self.stdout.write(f"{name:<10} {said}")
        self.stdout.write("\nlimits of a small unit, all at once: " + json.dumps(LIMITS))
        for one in found["proposals"]:
            self.stdout.write(
                f"{one['level']:<10} {'missed: ' + ', '.join(one['missed']) if one['missed'] else 'kept'}"
            )

    def _line(self, name: str, moves: int, times: list[int], figures: dict[str, Any]) -> None:
        values = " ".join(f"{'-' if figures[one] is None else figures[one]!s:>11}" for one in COLUMNS)
        self.stdout.write(f"{name:<10} {moves:>5} {len(times):>5} {values}")
