"""The log on a slow disk: the measure runs, and the chains are whole afterwards."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from carehub.tools.slow_log.disk import compiler

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.skipif(compiler() is None, reason="there is no C compiler, which makes the slow disk")
def test_lines_of_many_houses_are_committed_on_a_slow_disk_and_their_chains_are_whole() -> None:
    command = [sys.executable, "-m", "carehub.tools.slow_log", "--houses", "1", "6", "--clients", "6", "--seconds", "1"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=500)

    rows = re.findall(r"^\| (\d+) \| ([\d,]+) \| [\d.]+ \|$", done.stdout, re.MULTILINE)
    assert [houses for houses, _rate in rows] == ["1", "6"], done.stdout + done.stderr
    assert all(int(rate.replace(",", "")) > 0 for _houses, rate in rows)
    assert "rules of the log that are broken: 0." in done.stdout
    assert done.returncode == 0, done.stderr
