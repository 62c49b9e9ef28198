"""The courier killed with SIGKILL while people work, on a server of its own: nothing lost, nothing doubled."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_courier_killed_again_and_again_loses_and_doubles_nothing(tmp_path: Path) -> None:
    server = [sys.executable, "-m", "carehub.tools.embedded", "run", "--home", str(tmp_path / "home"), "--"]
    faults = [sys.executable, "manage.py", "courier_faults", "--home", str(tmp_path / "home"), "--kills", "3"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_URL_")}

    done = subprocess.run(
        [*server, *faults, "--only", "steps", "killed", "restored"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )

    rows = re.findall(r"^\| (.*?) \| (\d+) \| (\d+) \| (\d+) \|", done.stdout, re.MULTILINE)
    assert [row[2:] for row in rows] == [("0", "0")] * 3, done.stdout + done.stderr
    assert all(int(sent) > 20 for _fault, sent, _lost, _doubled in rows)
    assert done.returncode == 0, done.stderr
