"""manage.py neutrality: what officers could infer from the movement list of an establishment, in bits and shares."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.db import InterfaceError, OperationalError
from django.utils.connection import ConnectionDoesNotExist

from access.models import Establishment
from appointments.arithmetic.inference import NothingToMeasure
from appointments.neutrality import WeeksOutOfRange
from appointments.neutrality.arrivals import past_calls, trade_off
from appointments.neutrality.counting import USUAL_WEEKS, WEEKS_AT_MOST
from appointments.neutrality.nightly import measure_whole
from appointments.neutrality.plain import as_data, as_lines, curve_lines
from appointments.neutrality.report import NeutralityReport
from appointments.papers import as_pdf
from carehub.self_test.holdings import Holdings, holdings_of
from carehub.self_test.paper import SelfTest, paper_of

TIMES_TRIED = 12
AWAY = (OperationalError, InterfaceError)


class Command(BaseCommand):
    help = "Measure what the movement list lets an observer guess (docs/neutrality.md explains each figure)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--establishment", required=True, metavar="CODE")
        parser.add_argument(
            "--weeks", type=int, default=USUAL_WEEKS, help=f"1 to {WEEKS_AT_MOST}, ending yesterday (default: 26)"
        )
        form = parser.add_mutually_exclusive_group()
        form.add_argument(
            "--trade-off",
            action="store_true",
            help=f"what 1 to {TIMES_TRIED} arrival times would have told and cost instead, each placed to wait least",
        )
        form.add_argument("--json", action="store_true", help="for a program instead of a reader")
        form.add_argument(
            "--self-test",
            action="store_true",
            help="two pages in French for the data-protection officer: what the prison's database holds and tells",
        )
        parser.add_argument("--output", type=Path, metavar="FILE.pdf", help="where --self-test writes")

    @no_translations
    def handle(self, *args: Any, establishment: str, weeks: int, **options: Any) -> None:
        if options["output"] and not options["self_test"]:
            raise CommandError("--output is for --self-test.")
        try:
            place = self.find(establishment)
            report = self.measure(place, weeks)
        except AWAY as error:
            raise CommandError(f"The hospital's database does not answer, so nothing was measured: {error}") from None
        if options["self_test"]:
            name = f"autotest-{place.code.lower()}-{place.today():%Y-%m-%d}.pdf"
            self.test(place, report, options["output"] or Path(name))
            return
        if report is None:
            raise CommandError(
                f"Nobody was called at {place.name} in the last {weeks} weeks: there is nothing to measure."
            )
        if options["trade_off"]:
            effects = trade_off(past_calls(report.window), sensitive=report.sensitive, most=TIMES_TRIED)
            self.stdout.write("\n".join(curve_lines(effects)))
        elif options["json"]:
            self.stdout.write(json.dumps(as_data(report), indent=2, allow_nan=False))
        else:
            self.stdout.write("\n".join(as_lines(as_data(report))))

    def find(self, code: str) -> Establishment:
        found = Establishment.objects.filter(code__iexact=code).first()
        if found is None:
            known = ", ".join(Establishment.objects.order_by("code").values_list("code", flat=True)) or "none yet"
            raise CommandError(f"There is no establishment {code}. Known codes: {known}.")
        return found

    def measure(self, place: Establishment, weeks: int) -> NeutralityReport | None:
        """Return the measure, None when nobody was called."""
        try:
            return measure_whole(place, weeks=weeks)
        except WeeksOutOfRange:
            raise CommandError(f"--weeks is {weeks}: choose 1 to {WEEKS_AT_MOST}.") from None
        except NothingToMeasure:
            return None

    def test(self, place: Establishment, report: NeutralityReport | None, output: Path) -> None:
        """Write the paper; fail afterwards when a side was away or something is not as declared."""
        if settings.CAREHUB_DOOR != "owner":
            raise CommandError("Unset CAREHUB_DOOR: this command works with the login of the schema's owner.")
        holdings, why = self.look(place)
        measure = as_data(report) if report else None
        found = SelfTest(establishment=place, day=place.today(), holdings=holdings, measure=measure)
        try:
            output.write_bytes(as_pdf(paper_of(found)))
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror}.") from None
        self.stdout.write(f"Written: {output}")
        if holdings is None:
            raise CommandError(f"The prison's database was not read, and the paper says so: {why}")
        if not holdings.is_as_declared:
            raise CommandError("The prison's database is not as declared: read page 1, then manage.py doctor.")

    def look(self, place: Establishment) -> tuple[Holdings | None, str]:
        """Return what the prison's database holds, or None and why it could not be read."""
        try:
            return holdings_of(place), ""
        except AWAY as error:
            return None, str(error).strip()
        except ConnectionDoesNotExist:
            return None, f"{place.prison} is not in CAREHUB_PRISONS."
