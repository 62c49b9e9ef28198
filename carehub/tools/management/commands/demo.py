"""manage.py demo: prepares the demonstration's databases, serves the doors and runs the courier; for `make demo`."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.exceptions import InconsistentMigrationHistory

from carehub.tools import demo, doors, tables

NOMINAL_LIST = "liste-nominative.csv"
RESET = "Start from empty databases: make demo-reset"


# One account that the reader may try: door, role, username, password, totp_secret, establishment.
Account = dict[str, str]


class Command(BaseCommand):
    help = "Load invented establishments once, then serve the care, prison and accounts doors and run the courier."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", default="8000", help="port of the care door; the others follow")
        parser.add_argument("--no-serve", action="store_true", help="prepare the databases and stop")

    def handle(self, *args: Any, port: str, no_serve: bool, **options: Any) -> None:
        _refuse_wrong_settings()
        if not port.isdecimal():
            raise CommandError(f"{port!r} is no port number. Take a base such as 8100: PORT=8100 make demo")
        home = Path(os.environ.get("CAREHUB_HOME", ".carehub")).resolve()
        try:
            if no_serve:
                self._prepare(home)
                return
            doors.end_leftovers(home)
            with doors.claimed(int(port)) as claimed:
                accounts = self._prepare(home)
                doors.serve(claimed, logs=home, ready=lambda: self._welcome(claimed, accounts, home))
        except doors.DoorError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self.stderr.write("Stopped before the demonstration was ready. make demo begins this step again.")
            raise SystemExit(130) from None
        self.stdout.write("CareHub has stopped. The data stays: make demo goes on from here.")

    def _prepare(self, home: Path) -> list[Account]:
        self._say("Preparing the databases")
        try:
            for side in (DEFAULT_DB_ALIAS, *settings.CAREHUB_PRISONS):
                tables.bring_up(side)
        except (DatabaseError, InconsistentMigrationHistory) as error:
            raise CommandError(f"These databases do not fit this version of CareHub ({error}). {RESET}") from error
        try:
            accounts = demo.accounts() if demo.is_loaded() else demo.load(progress=self._say)
        except demo.PartLostError as error:
            raise CommandError(f"{error} {RESET}") from error
        # Since the last time a day may have passed: the lists of this hour stand before the first page is asked for.
        demo.publish()
        if not demo.is_measured():
            self._say("Measuring what the lists of half a year tell, as each night does")
            for command in ("measure_neutrality", "count_statistics"):
                call_command(command, verbosity=0, stdout=io.StringIO())
        write_accounts(home / "demo-accounts.json", accounts)
        (home / NOMINAL_LIST).write_bytes(demo.nominal_list())
        connections.close_all()
        return accounts

    def _welcome(self, opened: list[doors.Door], accounts: list[Account], home: Path) -> None:
        self.stdout.write("")
        for door in opened:
            self.stdout.write(f"  {door.name:<9} {door.address}")
        self.stdout.write("\n" + table(accounts))
        self.stdout.write(
            "\nAfter the password comes a one-time code. Put totp_secret into an authenticator,\n"
            'or ask for the code in another window: make manage DO="demo_code NAME"\n'
            f"The list with totp_secret is {relative(home / 'demo-accounts.json')}. Everybody is invented.\n"
            f"A nominal list to import is {relative(home / NOMINAL_LIST)}.\n"
            "\nReady. Ctrl-C stops everything."
        )
        self.stdout.flush()

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _refuse_wrong_settings() -> None:
    if settings.IS_PRODUCTION:
        raise CommandError("CAREHUB_ENV is production: invented people have no place there. Nothing was done.")
    for name, wanted in (("CAREHUB_ENV", "demo"), ("CAREHUB_DOOR", "owner")):
        if getattr(settings, name) != wanted:
            raise CommandError(f"{name} is {getattr(settings, name)} here. Unset it, then start again: make demo")


def table(accounts: list[Account]) -> str:
    columns = ("door", "role", "username", "password", "establishment")
    rows = [columns, *(tuple(account[column] for column in columns) for account in accounts)]
    widths = [max(len(row[index]) for row in rows) for index in range(len(columns))]
    return "\n".join("  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def write_accounts(path: Path, accounts: list[Account]) -> None:
    """Write the accounts to `path`, readable by its owner only; never half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    new.touch(mode=0o600)
    new.write_text(json.dumps(accounts, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    new.replace(path)


def relative(path: Path) -> Path:
    """Return `path` as seen from here when that is shorter."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
