"""manage.py paper: puts today and tomorrow of each care unit on paper, sealed, into a folder or a share."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.utils import timezone, translation

from appointments.models import CareUnit
from appointments.papers import as_pdf
from carehub.keeping import paper, paper_folder, sealing
from carehub.keeping.sealing import NotKept


class Command(BaseCommand):
    """One of the nightly worker's (carehub.nightly), every hour."""

    help = "Write each care unit's day on paper as a PDF, sealed to CAREHUB_PAPER_RECIPIENTS, into CAREHUB_PAPER."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare where to, or what to open."""
        parser.add_argument("--to", type=Path, help="another folder than CAREHUB_PAPER; nothing is removed from it")
        parser.add_argument("--if-set", action="store_true", help="do nothing where no folder is set")
        parser.add_argument("--open", type=Path, help="open this file instead, next to it; needs --key, no database")
        parser.add_argument("--key", type=Path, help="the file of the private key")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        """Write the files, then forget what is too old; or open one."""
        try:
            if options["open"] is not None:
                self.open(options["open"], options["key"])
            else:
                self.write(options["to"], if_set=options["if_set"])
        except NotKept as error:
            raise CommandError(str(error)) from None

    def open(self, sealed: Path, key: Path | None) -> None:
        """Write what the file holds beside it. Raises NotKept, CommandError."""
        if key is None:
            raise CommandError("Name the file of the private key with --key.")
        said = io.BytesIO()
        sealing.unseal(sealed, said, sealing.identity(key))
        opened = sealed.with_name(sealed.name.removesuffix(sealing.ENDING) or "paper.pdf")
        if opened == sealed:
            raise CommandError(f"{sealed} is not called .age.")
        opened.touch(mode=0o600)
        opened.write_bytes(said.getvalue())
        self.stdout.write(str(opened))

    def write(self, to: Path | None, *, if_set: bool) -> None:
        """Write a file for each unit. Raises NotKept, CommandError."""
        if settings.CAREHUB_DOOR != "owner":
            raise CommandError("Unset CAREHUB_DOOR: this command works with the login of the schema's owner.")
        into = to or (Path(settings.CAREHUB_PAPER) if settings.CAREHUB_PAPER else None)
        if into is None and if_set:
            self.stdout.write("No folder for the day on paper is set (CAREHUB_PAPER): nothing was written.")
            return
        if into is None:
            raise CommandError("Set CAREHUB_PAPER to a folder or a share, or name one with --to.")
        now = timezone.now()
        try:
            into.mkdir(parents=True, exist_ok=True, mode=0o700)
            count = self.write_all(into, now)
            if to is None:
                for _path in paper_folder.forget(into, now=now, after=timedelta(hours=settings.CAREHUB_PAPER_HOURS)):
                    pass
        except OSError as error:
            raise CommandError(f"{into} cannot be written: {error.strerror}.") from None
        self.stdout.write(f"{count} units on paper.")

    def write_all(self, into: Path, now: datetime) -> int:
        units = list(CareUnit.objects.select_related("establishment").order_by("pk"))
        numbers = paper.numbers()
        for unit in units:
            name = paper.name_of(unit, units)
            written = paper.recipients_of(name, settings.CAREHUB_PAPER_RECIPIENTS)
            to = sealing.recipients(written, setting="CAREHUB_PAPER_RECIPIENTS")
            with translation.override("fr"):
                page = as_pdf(paper.paper_of(unit, now=now, numbers=numbers))
            final = into / paper_folder.name_of(name, now)
            half = final.with_name(final.name + paper_folder.UNFINISHED)
            half.unlink(missing_ok=True)
            sealing.seal(io.BytesIO(page), half, to)
            half.rename(final)
        sealing.keep_name(into)
        return len(units)
