"""manage.py advisories: whether a weakness is known of a package in use here, by files that somebody brought."""

from __future__ import annotations

import textwrap
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.utils import timezone

from carehub.advisories import parts
from carehub.advisories.parts import Part
from carehub.advisories.reading import Findings, Unreadable, look

OLD_AFTER_DAYS = 14
SUMMARY = 160


class Command(BaseCommand):
    """Exit 1: something is known. Exit 2: nothing is known, but the data are old, or do not speak of everything."""

    help = "Compare the packages in use with advisories brought as files (OSV's export); needs no network."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the data, and what is compared with them."""
        parser.add_argument("data", nargs="*", type=Path, help="ZIP files of OSV's export, or folders of its documents")
        parser.add_argument("--days", type=int, default=OLD_AFTER_DAYS, help="older data are said to be old (14)")
        parser.add_argument("--locked", action="store_true", help="this checkout's lock files, not what is installed")

    @no_translations
    def handle(self, *args: Any, data: list[Path], days: int, locked: bool, **options: Any) -> None:
        """Compare, and say."""
        if not data:
            raise CommandError("Name the files of advisories: docs/operations.md, “Known weaknesses”.", returncode=2)
        compared = list(self.parts(is_locked=locked))
        try:
            found = look(data, compared)
        except Unreadable as error:
            raise CommandError(str(error), returncode=2) from None
        self.tell(found, compared)
        if found.weaknesses:
            raise CommandError(f"Known weaknesses: {len(found.weaknesses)}. Bring the mended versions.")
        if doubts := list(self.doubts(found, compared, days)):
            raise CommandError("\n".join(doubts), returncode=2)

    def parts(self, *, is_locked: bool) -> Collection[Part]:
        """Return each package once."""
        lock = settings.BASE_DIR / "requirements" / "production.txt"
        python = parts.locked(lock) if is_locked else parts.installed()
        return sorted({*python, *parts.of_pages(settings.FILES_DIR / "package-lock.json")})

    def tell(self, found: Findings, compared: Collection[Part]) -> None:
        """Say what was compared with what, and each weakness."""
        counted = {registry: sum(part.ecosystem == registry for part in compared) for registry in ("PyPI", "npm")}
        for registry, number in counted.items():
            read = found.advisories[registry]
            self.stdout.write(f"{registry}: {number} packages, compared with {read} advisories.")
        if found.newest is not None:
            self.stdout.write(f"The newest advisory is of {found.newest:%Y-%m-%d}.")
        for one in found.weaknesses:
            names = ", ".join(one.names)
            mended = f" Mended in {', '.join(one.mended)}." if one.mended else ""
            summary = textwrap.shorten(one.summary, SUMMARY, placeholder=" …") or "no summary"
            self.stdout.write(f"{one.part.name} {one.part.version}: {names}: {summary}.{mended}".replace("..", "."))
        if not found.weaknesses:
            self.stdout.write("Nothing is known in these data.")

    def doubts(self, found: Findings, compared: Collection[Part], days: int) -> Collection[str]:
        """Say why "nothing is known" may not be the whole truth."""
        said = [f"Not decided, because of a version that cannot be ordered: {each}." for each in found.undecided]
        for registry in sorted({part.ecosystem for part in compared}):
            if not found.advisories[registry]:
                said.append(f"No advisory of {registry} is in these data: its packages were compared with nothing.")
        if found.newest is not None and (age := timezone.now() - found.newest) > timedelta(days=days):
            said.append(f"These data are {age.days} days old: what became known since is not in them.")
        return said
