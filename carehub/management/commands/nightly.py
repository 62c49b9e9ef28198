"""manage.py nightly: does what is due every hour and every night, until it is stopped; or all of it at once."""

from __future__ import annotations

import threading
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.db import DatabaseError

from appointments.statistics.answering import answer_until
from carehub.observing import endpoint

# How often the queue is looked at; what is due by the clock is put there to the second.
LOOK = 20.0


class Command(BaseCommand):
    """A service beside the courier (docs/operations.md). Two may run: each job is done by one of them."""

    help = "Do the hourly and nightly work at its times, with the owner's login; runs until it is stopped."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the option."""
        parser.add_argument("--once", action="store_true", help="do all of it now, and end")

    @no_translations
    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        """Work until SIGTERM or Ctrl-C."""
        if settings.CAREHUB_DOOR != "owner":
            raise CommandError("Unset CAREHUB_DOOR: this command works with the login of the schema's owner.")
        from procrastinate.contrib.django import app

        if once:
            self.do_once()
            return
        endpoint.begin()
        stopping = threading.Event()
        counting = threading.Thread(target=answer_until, args=(stopping,), name="counting", daemon=True)
        counting.start()
        try:
            self.work(app)
        finally:
            stopping.set()
            counting.join(timeout=LOOK)

    def work(self, app: Any) -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as worker:
            worker.run_worker(concurrency=1, listen_notify=False, fetch_job_polling_interval=LOOK)

    def do_once(self) -> None:
        """Do all of it; what one command finds keeps no other from being done. Raises CommandError then, at the end."""
        from carehub.nightly import COMMANDS, OPTIONS, note_done

        failed = []
        for name in COMMANDS:
            try:
                call_command(name, stdout=self.stdout, stderr=self.stderr, **OPTIONS.get(name, {}))
            except (CommandError, DatabaseError) as error:
                self.stderr.write(f"{name}: {error}")
                failed.append(name)
            else:
                note_done(name)
        if failed:
            raise CommandError(f"Not done: {', '.join(failed)}.")
