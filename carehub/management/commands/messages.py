"""manage.py messages: collects the texts to translate, checks their French, compiles it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from carehub import messages


class Command(BaseCommand):
    """Collect, check or compile."""

    help = "Collect the texts to translate into the French catalogue and compile it; --check only judges it."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what may be done."""
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--check", action="store_true", help="name what is wrong with the French")
        what.add_argument("--compile", action="store_true", help="only compile the French that is there")
        parser.add_argument(
            "--from",
            dest="pairs",
            nargs="+",
            type=Path,
            default=[],
            metavar="FILE.json",
            help='French to take in: {"text": "French", "counted text": ["singular", "plural"]}',
        )

    def handle(self, *args: Any, check: bool, compile: bool, pairs: list[Path], **options: Any) -> None:  # noqa: A002
        """Do what was asked."""
        if check:
            self._check()
            return
        if not compile:
            self._collect(pairs)
        messages.compile_catalogue()

    def _check(self) -> None:
        found = messages.problems()
        for sentence in found:
            self.stdout.write(sentence)
        if found:
            raise CommandError(f"{len(found)} to mend in {messages.po_path().relative_to(messages.ROOT)}.")
        self.stdout.write("Every text has French.")

    def _collect(self, pairs: list[Path]) -> None:
        catalogue = messages.collect()
        unused = messages.merge(catalogue, messages.load(messages.po_path()), messages.read_pairs(pairs))
        messages.write(catalogue, messages.po_path())
        for key in unused:
            self.stdout.write(f"No file says (left out): {key!r}")
        missing = sum(1 for message in messages.texts(catalogue) if messages.faults(message))
        self.stdout.write(f"{len(messages.texts(catalogue))} texts, {missing} to translate or mend (see --check).")
