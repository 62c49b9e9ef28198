"""manage.py bench: measures pages, polls, bookings and plans on generated houses. `make bench` calls it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.db import connection, connections

from access.models import Establishment
from appointments.models import Appointment
from appointments.neutrality.nightly import keep_measure
from appointments.statistics.kept import count_night
from carehub.tools import doors, generate, tables
from carehub.tools.bench import ALL, Comparison, clocks, copies, inside, peers, served
from carehub.tools.bench.bookings import Booked, measure_bookings
from carehub.tools.bench.plans import dearest
from carehub.tools.bench.report import (
    Scale,
    promises,
    promises_beside,
    promises_of_growth,
    rows_beside,
    rows_in_turn,
    rows_of,
    table,
    write_json,
)
from carehub.tools.bench.scenes import EMPTY, SCENES, Place

HEADINGS: tuple[str, ...] = ("work", "small", "large", "small ms", "large ms", "ratio", "queries")
# Establishments at each scale, three years of each: about a hundred thousand appointments, and a million.
SMALL, NATIONAL, YEARS = 2, 24, 3.0
# As large as the first one, and nobody has booked there when the larger scale is measured.
FRESH = "E004"


class Command(BaseCommand):
    help = "Measure the product on generated establishments, small or national. Works in an empty database only."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--scale", choices=("small", "national", "growth"), default="growth", help="what to measure"
        )
        parser.add_argument("--only", nargs="+", choices=ALL, default=list(ALL), help="of growth, measure less")
        parser.add_argument("--pages", nargs="+", default=[], metavar="PAGE", help="measure these pages only")
        parser.add_argument("--establishments", type=int, default=NATIONAL, help="how many a nation has (24)")
        parser.add_argument("--years", type=float, default=YEARS, help="of how many years (3)")
        parser.add_argument("--jobs", type=int, default=1, help="how many processes write them at once (1)")
        parser.add_argument("--port", type=int, default=8670, help="port of the care door; the others follow")
        parser.add_argument(
            "--peers", type=Path, metavar="FOLDER", help="measure django-appointment, too, installed in that folder"
        )
        parser.add_argument("--json", type=Path, help="write the figures there, too")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_PRODUCTION or settings.CAREHUB_DOOR != "owner":
            raise CommandError("The bench fills a database with invented rows: start it with make bench.")
        # Asked before anything is touched: a database in use is not migrated either.
        if Establishment._meta.db_table in connection.introspection.table_names() and Establishment.objects.exists():
            raise CommandError("This database holds an establishment already. make bench brings an empty one.")
        for side in connections:
            tables.bring_up(side)
        if options["scale"] == "growth":
            self.grow(options["only"])
        else:
            self.serve(options)

    def grow(self, only: list[str]) -> None:
        lines = [HEADINGS]
        for name in only:
            self.say(f"measuring: {name}")
            lines.append(line(ALL[name]()))
        widths = [max(len(cells[column]) for cells in lines) for column in range(len(HEADINGS))]
        self.say("")
        for cells in lines:
            self.say("  ".join(map(str.ljust, cells, widths)).rstrip())

    def serve(self, options: dict[str, Any]) -> None:
        """Measure on the smaller number of houses and, at a nation's scale, on all of them, and on both in turn."""
        self.fill(0, SMALL, options)
        scales = [self.measure(SMALL, options)]
        compared = self.compare(scales[0].appointments, options) if options["peers"] else []
        grown: list[served.InTurn] = []
        if options["scale"] == "national":
            many = max(SMALL + 2, options["establishments"])
            with copies.kept() as few:
                self.fill(SMALL, many, options)
                scales.append(self.measure(many, options))
                grown = self.measure_in_turn(few, options)
        kept = [*promises(scales[-1]), *promises_of_growth(grown), *promises_beside(compared)]
        for promise in kept:
            self.say(str(promise))
        if options["json"]:
            write_json(options["json"], scales, grown, compared, kept)

    def fill(self, before: int, number: int, options: dict[str, Any]) -> None:
        self.say(f"generating {number - before} establishments of {options['years']:g} years")
        generate.fill(number - before, options["years"], 1, say=self.tell, after=before, jobs=options["jobs"])

    def compare(self, rows: int, options: dict[str, Any]) -> list[peers.Compared]:
        """Measure the other project over as many rows as ours has, in turn with our pages that show as much."""
        self.say(f"measuring django-appointment over {rows:,} rows; load {clocks.load()}")
        with self.doors_opened(options["port"]) as counter:
            found = peers.measure(peers.environment(options["peers"]), options["port"] + 10, rows, counter)
        self.say(table(rows_beside(found)))
        return found

    def measure_in_turn(self, few: dict[str, str], options: dict[str, Any]) -> list[served.InTurn]:
        self.say(f"measuring both scales in turn; load {clocks.load()}")
        port = options["port"]
        with self.doors_opened(port + 3, few) as small, self.doors_opened(port) as large:
            grown = served.measure_in_turn(small, large, options["pages"])
        self.say(table(rows_in_turn(grown)))
        return grown

    @contextlib.contextmanager
    def doors_opened(self, port: int, databases: dict[str, str] | None = None) -> Iterator[served.Counter]:
        home = Path(os.environ.get("CAREHUB_HOME", ".carehub"))
        logs = home / "few" if databases else home
        logs.mkdir(exist_ok=True)
        try:
            with served.opened(port, "E001", logs, databases) as counter:
                yield counter
        except doors.DoorError as error:
            raise CommandError(str(error)) from error

    def measure(self, houses: int, options: dict[str, Any]) -> Scale:
        """Measure every page by itself; said at once, for a nation is written after it."""
        scale = Scale(f"{houses} establishments", Appointment.objects.count(), clocks.load())
        place = Establishment.objects.get(code="E001")
        # As each night does: a door measures only what no night has measured yet.
        keep_measure(place)
        count_night(place)
        with self.doors_opened(options["port"]) as counter:
            scale.pages = served.measure_all(counter, options["pages"])
            if not options["pages"]:
                scale.bookings = self.book(counter, "E001" if houses == SMALL else FRESH)
        for page in scale.pages:
            if page.scene.door == "care" and page.scene.name != EMPTY and not page.scene.is_poll:
                user = served.account(f"{page.scene.who}.e001", page.scene.door)
                asked = inside.look(user, page.scene.path(Place.of(place)), {})
                scale.plans.append(dearest(page.scene.name, asked.reads))
        self.say(f"\n{scale.name}, {scale.appointments:,} appointments; load of the machine {scale.load}")
        self.say(table(rows_of(scale)) + "\n")
        return scale

    def book(self, counter: served.Counter, code: str) -> list[Booked]:
        """Book at one establishment as a nurse of its own; where pages were opened she is signed in already."""
        care = next(scene for scene in SCENES if scene.door == "care" and scene.name == EMPTY)
        here = counter if code == counter.code else served.Counter(counter.processes, code, counter.databases)
        with contextlib.closing(here) as there:
            browser = there.browser(care)
            server, nurse = there.processes[there.door("care")].pid, served.account(browser.username, care.door)
            return measure_bookings(browser, server, Establishment.objects.get(code=code), nurse)

    def tell(self, filled: generate.Filled) -> None:
        self.say(f"  {filled.houses} of {filled.of}, {filled.appointments:,} appointments")

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def line(measure: Comparison) -> tuple[str, ...]:
    counted = measure.small_queries is not None
    return (
        measure.work,
        measure.small,
        measure.large,
        f"{measure.small_ms:.1f}",
        f"{measure.large_ms:.1f}",
        f"{measure.ratio:.2f}",
        f"{measure.small_queries} → {measure.large_queries}" if counted else "",
    )
