"""manage.py courier_faults: breaks the courier and its databases on purpose, and prints what was lost."""

from __future__ import annotations

import os
from datetime import datetime, time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.db import DEFAULT_DB_ALIAS, connections

from access.enums import Side
from access.models import Building, Establishment, User
from appointments.courier import rounds
from carehub.tools import tables
from carehub.tools.embedded import cluster
from carehub.tools.faults.broken import Database
from carehub.tools.faults.faults import ALL, Trial
from carehub.tools.faults.traffic import Result, Traffic

HEAD = "| fault | sent | lost | doubled | late (s) |\n|---|---:|---:|---:|---:|"
ADDRESSES = ("owner", "owner_prison", "prison", "courier", "courier_prison")


class Command(BaseCommand):
    help = "Break the courier and its databases while people work, and print what was lost. In empty databases only."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", nargs="+", choices=ALL, default=list(ALL), help="break less")
        parser.add_argument("--home", type=Path, required=True, help="folder of the embedded server that it works in")
        parser.add_argument("--kills", type=int, default=12, help="how many couriers are killed at random")
        parser.add_argument("--seconds", type=float, default=20, help="how long a database stays away")

    @no_translations
    def handle(self, *args: Any, only: list[str], home: Path, kills: int, seconds: float, **options: Any) -> None:
        missing = [name for name in ADDRESSES if f"DATABASE_URL_{name.upper()}" not in os.environ]
        server = cluster.join(home)
        if settings.IS_PRODUCTION or settings.CAREHUB_DOOR != "owner" or missing or server is None:
            raise CommandError("This breaks databases: start it with make faults, which brings some of its own.")
        for alias in (DEFAULT_DB_ALIAS, "prison"):
            tables.bring_up(alias)
        if Establishment.objects.exists():
            raise CommandError("This database holds an establishment already. make faults brings an empty one.")
        care, prison = (
            Database(str(connections[alias].settings_dict["NAME"]), administrator=server["superuser"])
            for alias in (DEFAULT_DB_ALIAS, "prison")
        )
        trial = Trial(traffic=self.traffic(), care=care, prison=prison, away=seconds, kills=kills)
        self.stdout.write(HEAD)
        results = [self.tried(name, trial) for name in only]
        trial.traffic.close()
        if any(result.lost or result.doubled for result in results):
            raise CommandError("Something was lost or doubled.")

    def tried(self, name: str, trial: Trial) -> Result:
        sentence, fault = ALL[name]
        before = sum(map(len, trial.traffic.sent.values()))
        result = fault(trial)
        how = {"killed": f", {trial.kills} times"}.get(name, f" for {trial.away:.0f} s" if "down" in name else "")
        late = "-" if name == "steps" else f"{result.late:.1f}"
        self.stdout.write(f"| {sentence}{how} | {result.sent - before} | {result.lost} | {result.doubled} | {late} |")
        self.stdout.flush()
        for alias in (DEFAULT_DB_ALIAS, "prison"):
            connections[alias].close()
        return result

    def traffic(self) -> Traffic:
        """Make an establishment with two buildings and an officer, and bring it to the prison's database."""
        place = Establishment.objects.create(code="FAULTS", name="Faults")
        building, _other = (Building.objects.create(establishment=place, name=name) for name in "AB")
        rounds.go("prison")
        officer = User(username="officer", full_name="Officer", side=Side.PRISON)
        officer.save(using="prison")
        noon = datetime.combine(place.today(), time(12), tzinfo=place.zone)
        addresses = {name: os.environ[f"DATABASE_URL_{name.upper()}"] for name in ADDRESSES}
        return Traffic(addresses, place.pk, building.pk, officer.pk, noon)
