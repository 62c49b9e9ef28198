"""The folder in which backups lie: a folder for each, named after its instant. What is there, what is too old."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

MANIFEST = "manifest.json.age"
NAME = re.compile(r"^carehub-(\d{8}T\d{6})Z$")
INSTANT = "%Y%m%dT%H%M%S"
# While it is being written; another run removes what a killed one left.
UNFINISHED = ".unfinished"


@dataclass(frozen=True)
class Kept:
    """One backup that was finished."""

    path: Path
    at: datetime


def name_of(at: datetime) -> str:
    return f"carehub-{at.astimezone(UTC):{INSTANT}}Z"


def kept(folder: Path) -> list[Kept]:
    """Return the finished backups, oldest first. Raises OSError where the folder cannot be read."""
    found = []
    for path in folder.iterdir():
        match = NAME.match(path.name)
        if match and (path / MANIFEST).is_file():
            found.append(Kept(path, datetime.strptime(match[1], INSTANT).replace(tzinfo=UTC)))
    return sorted(found, key=lambda each: each.at)


def forget(folder: Path, *, now: datetime, after: timedelta) -> Iterator[Path]:
    """Remove what is older than `after`, except the newest, and what a killed run left; give what was removed."""
    finished = kept(folder)
    for each in finished[:-1]:
        if now - each.at > after:
            shutil.rmtree(each.path)
            yield each.path
    for path in folder.glob(f"carehub-*{UNFINISHED}"):
        shutil.rmtree(path)
