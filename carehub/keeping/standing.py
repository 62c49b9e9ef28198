"""How what is kept stands: when a backup was made last, and when the day was put on paper. Reads folders alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from carehub.doctor.verdict import Level, Verdict, judge
from carehub.keeping import folder, paper_folder

# A day or an hour, and the time that the work may take.
PATIENCE = {"backup": timedelta(hours=26), "paper": timedelta(minutes=100)}
NAMES = {"backup": "backup", "paper": "day on paper"}
SETTINGS = {"backup": "CAREHUB_BACKUPS", "paper": "CAREHUB_PAPER"}


def last() -> Iterator[tuple[str, Path, datetime | None]]:
    """Give each kind for which a folder is set, the folder, and the instant of the newest; None where there is none."""
    for what, setting in SETTINGS.items():
        where = getattr(settings, setting)
        if where:
            kept = folder.kept if what == "backup" else paper_folder.kept
            try:
                found = kept(Path(where))
            except OSError:
                found = []
            yield what, Path(where), found[-1].at if found else None


def verdicts(*, is_asked: bool = False) -> Iterator[Verdict]:
    """Say how old each is; with `is_asked`, also what nobody keeps."""
    for what, _folder, at in last():
        said = f"{at:%Y-%m-%d %H:%M} UTC" if at else "never"
        yield judge(
            at is not None and timezone.now() - at <= PATIENCE[what],
            f"The last {NAMES[what]} was kept {said}",
            f"The last {NAMES[what]} is too old: {said}",
            "Run it by hand, it says what is wrong: docs/backup.md.",
            bad=Level.WARNING if is_asked else Level.PROBLEM,
        )
    if is_asked:
        for what, setting in SETTINGS.items():
            if not getattr(settings, setting):
                yield Verdict(Level.WARNING, f"No {NAMES[what]} is kept", f"Set {setting}: docs/backup.md.")
