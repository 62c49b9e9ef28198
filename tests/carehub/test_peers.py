"""What PEERS=1 make bench installs is locked, and no environment of ours installs it."""

from __future__ import annotations

import re
from pathlib import Path

from carehub.tools.bench.peers import LIST, LOCK, Beside, Compared
from carehub.tools.bench.report import promises_beside, rows_beside
from carehub.tools.bench.turns import Cost

ROOT = Path(__file__).resolve().parents[2]


def test_peers_are_locked_by_their_hashes_in_a_file_of_their_own() -> None:
    lock = LOCK.read_text(encoding="utf-8")
    pinned = re.findall(r"^([a-z0-9-]+)==\S+ ", lock, re.MULTILINE)
    assert "django-appointment" in pinned
    assert len(re.findall(r"^[a-z0-9-]+", lock, re.MULTILINE)) == len(pinned)
    assert all("--hash=sha256:" in each for each in re.split(r"^(?=[a-z])", lock, flags=re.MULTILINE)[1:])
    for other in ("production", "demo", "dev"):
        assert "django-appointment" not in (ROOT / "requirements" / f"{other}.txt").read_text(encoding="utf-8")


def test_what_ours_costs_is_told_as_a_part_of_theirs_and_held_against_what_was_promised() -> None:
    theirs, ours = Cost(4.0, 1.0, 9.0, 12.0, 1234), Cost(7.0, 2.0, 11.0, 14.0, 567)
    compared = [Compared(Beside("list", LIST, "few", "home", 1.5), theirs, ours)]

    headings, row = rows_beside(compared)
    [promise] = promises_beside(compared)

    assert (len(headings), row) == (len(row), ("list", "4.0", "1.0", "9", "1,234", "home: 9.0", "1.80"))
    assert str(promise).startswith("MISSED care, home: processor time, of django-appointment’s list: 1.80")
