"""manage.py neutrality: what officers could infer from the movement list of an establishment, in bits and shares."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations

from access.models import Establishment
from appointments.arithmetic.inference import NothingToMeasure
from appointments.neutrality import WeeksOutOfRange
from appointments.neutrality.arrivals import past_calls, trade_off
from appointments.neutrality.counting import USUAL_WEEKS, WEEKS_AT_MOST
from appointments.neutrality.nightly import measure_whole
from appointments.neutrality.plain import as_data, as_lines, curve_lines

TIMES_TRIED = 12


class Command(BaseCommand):
    help = "Measure what the movement list lets an observer guess (docs/neutrality.md explains each figure)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--establishment", required=True, metavar="CODE")
        parser.add_argument(
            "--weeks", type=int, default=USUAL_WEEKS, help=f"1 to {WEEKS_AT_MOST}, ending yesterday (default: 26)"
        )
        parser.add_argument(
            "--trade-off",
            action="store_true",
            help=f"what 1 to {TIMES_TRIED} arrival times would have told and cost instead, each placed to wait least",
        )
        parser.add_argument("--json", action="store_true", help="for a program instead of a reader")

    @no_translations
    def handle(self, *args: Any, establishment: str, weeks: int, **options: Any) -> None:
        found = Establishment.objects.filter(code__iexact=establishment).first()
        if found is None:
            known = ", ".join(Establishment.objects.order_by("code").values_list("code", flat=True)) or "none yet"
            raise CommandError(f"There is no establishment {establishment}. Known codes: {known}.")
        try:
            report = measure_whole(found, weeks=weeks)
        except WeeksOutOfRange:
            raise CommandError(f"--weeks is {weeks}: choose 1 to {WEEKS_AT_MOST}.") from None
        except NothingToMeasure:
            raise CommandError(
                f"Nobody was called at {found.name} in the last {weeks} weeks: there is nothing to measure."
            ) from None
        if options["trade_off"]:
            effects = trade_off(past_calls(report.window), sensitive=report.sensitive, most=TIMES_TRIED)
            self.stdout.write("\n".join(curve_lines(effects)))
        elif options["json"]:
            self.stdout.write(json.dumps(as_data(report), indent=2, allow_nan=False))
        else:
            self.stdout.write("\n".join(as_lines(as_data(report))))
