"""The folder in which the day on paper lies, a sealed file an hour and unit: what is there, what is too old."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from carehub.keeping.folder import INSTANT, Kept

NAME = re.compile(r"^paper-(.+)-(\d{8}T\d{6})Z\.pdf\.age$")
UNFINISHED = ".unfinished"


def name_of(code: str, at: datetime) -> str:
    return f"paper-{code}-{at.astimezone(UTC):{INSTANT}}Z.pdf.age"


def kept(folder: Path) -> list[Kept]:
    """Return the finished files, oldest first. Raises OSError where the folder cannot be read."""
    found = []
    for path in folder.iterdir():
        if match := NAME.match(path.name):
            found.append(Kept(path, datetime.strptime(match[2], INSTANT).replace(tzinfo=UTC)))
    return sorted(found, key=lambda each: each.at)


def forget(folder: Path, *, now: datetime, after: timedelta) -> Iterator[Path]:
    """Remove what is older than `after`, and what a killed run left; give what was removed."""
    for each in kept(folder):
        if now - each.at > after:
            each.path.unlink(missing_ok=True)
            yield each.path
    for path in folder.glob(f"paper-*{UNFINISHED}"):
        path.unlink(missing_ok=True)
