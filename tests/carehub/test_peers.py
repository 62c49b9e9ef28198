"""What PEERS=1 make bench installs is locked, and no environment of ours installs it."""

from __future__ import annotations

import re
from pathlib import Path

from carehub.tools.bench.peers import LOCK, Peer
from carehub.tools.bench.report import Scale, rows_beside

ROOT = Path(__file__).resolve().parents[2]


def test_peers_are_locked_by_their_hashes_in_a_file_of_their_own() -> None:
    lock = LOCK.read_text(encoding="utf-8")
    pinned = re.findall(r"^([a-z0-9-]+)==\S+ ", lock, re.MULTILINE)
    assert "django-appointment" in pinned
    assert len(re.findall(r"^[a-z0-9-]+", lock, re.MULTILINE)) == len(pinned)
    assert all("--hash=sha256:" in each for each in re.split(r"^(?=[a-z])", lock, flags=re.MULTILINE)[1:])
    for other in ("production", "demo", "dev"):
        assert "django-appointment" not in (ROOT / "requirements" / f"{other}.txt").read_text(encoding="utf-8")


def test_another_projects_page_is_told_even_where_ours_was_not_measured() -> None:
    headings, row = rows_beside(Scale("two", 9, "1"), [Peer("list", 4.0, 1.0, 9.0, 1234)])

    assert (len(headings), row) == (len(row), ("list", "4.0", "1.0", "9", "1,234", "not measured", ""))
