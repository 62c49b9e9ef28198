"""manage.py torture: breaks every process and what it stands on under load, and prints what was lost; make torture."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.db import DEFAULT_DB_ALIAS, connections

from access.models import Establishment
from carehub.tools import tables
from carehub.tools.embedded import cluster
from carehub.tools.torture.breaks import ALL, Bench, Skipped
from carehub.tools.torture.load import Load, wait_for
from carehub.tools.torture.processes import Supervisor
from carehub.tools.torture.world import NAME, REGISTER, build

HEAD = (
    "| fault | acknowledged | lost | doubled | half-written | stumbles (500) | seconds to heal |\n"
    "|---|---:|---:|---:|---:|---:|---:|"
)


class Command(BaseCommand):
    help = (
        "Break processes, PostgreSQL, network, disk and clocks under load, and count losses. In empty databases only."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", nargs="+", choices=ALL, default=list(ALL), help="break less")
        parser.add_argument("--home", type=Path, required=True, help="folder of the embedded server that it works in")
        parser.add_argument("--small-disk", action="store_true", help="the home lies on a small disk of its own")
        parser.add_argument("--port", type=int, default=8660, help="port of the care door; the others follow")

    @no_translations
    def handle(self, *args: Any, only: list[str], home: Path, small_disk: bool, port: int, **options: Any) -> None:
        server = cluster.join(home)
        if settings.IS_PRODUCTION or settings.CAREHUB_DOOR != "owner" or server is None:
            raise CommandError("This breaks databases: start it with make torture, which brings some of its own.")
        for alias in (DEFAULT_DB_ALIAS, "prison"):
            tables.bring_up(alias)
        if Establishment.objects.exists():
            raise CommandError("This database holds an establishment already. make torture brings an empty one.")
        os.environ["CAREHUB_LOG_FORMAT"] = "json"
        supervisor, load = Supervisor(port, home), Load(build(), port)
        bench = Bench(supervisor, load, home, server["superuser"], small_disk)
        self.stdout.write(HEAD)
        with supervisor.going():
            wrong = [name for name in only if not self.tried(name, bench)]
        named = named_in_logs(home)
        self.stdout.write(f"\nAnswers by status: {dict(sorted(load.statuses.items(), key=str))}.")
        self.stdout.write(f"Names and register numbers in the logs of all processes and of PostgreSQL: {named}.")
        if wrong or named:
            raise CommandError(f"Not all is as it should be: {', '.join(wrong) or 'names in logs'}.")

    def tried(self, name: str, bench: Bench) -> bool:
        """Try one fault and write its row; return whether nothing was lost, doubled, half-written or a stumble."""
        sentence, fault = ALL[name]
        load = bench.load
        before, stumbles = len(load.booked) + len(load.tapped), load.statuses[500]
        with load.going():
            started = time.monotonic()
            if wait_for(lambda: load.acknowledged_since(started)) is None:
                raise CommandError(f"The doors answer nobody before {name}: {dict(load.statuses)}.")
            try:
                fault(bench)
            except Skipped as why:
                self.stdout.write(f"| {sentence} | skipped: {why} | | | | | |")
                return True
            over = time.monotonic()
            healed = wait_for(lambda: load.acknowledged_since(over))
        arrived = wait_for(load.taps_arrived)
        connections.close_all()
        found = load.counted()
        late = "never" if healed is None or arrived is None else f"{healed:.1f}"
        counts = (found.acknowledged - before, found.lost, found.doubled, found.half, load.statuses[500] - stumbles)
        self.stdout.write(f"| {sentence} | {' | '.join(map(str, counts))} | {late} |")
        self.stdout.flush()
        connections.close_all()
        return late != "never" and not any(counts[1:])


def named_in_logs(home: Path) -> int:
    """Return how many lines of any log name somebody or hold their number."""
    words = (NAME.casefold(), REGISTER)
    texts = [path.read_text(encoding="utf-8", errors="replace").casefold() for path in home.glob("*.log*")]
    return sum(any(word in line for word in words) for text in texts for line in text.splitlines())
