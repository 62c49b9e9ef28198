"""A primary killed under load and its replica promoted: what was acknowledged is there, once."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from appointments.models import Appointment
from carehub.tools.failover.bookers import counted
from tests.conftest import Unit
from tests.factories import appointment, open_session, workday

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_with_its_primary() -> None:
    command = [sys.executable, "-m", "carehub.tools.failover", "--rounds", "1", "--seconds", "4", "--bookers", "2"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=500)

    [row] = re.findall(r"^\| 1 \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| ([\d.]+) \|$", done.stdout, re.MULTILINE)
    acknowledged, _found, *wrong, _seconds = row
    assert int(acknowledged) > 0
    assert wrong == ["0", "0", "0"]
    assert done.returncode == 0, done.stderr


def test_lost_and_unanswered_bookings_are_told_apart(unit_a: Unit) -> None:
    session = open_session(unit_a.doctor, workday(1))
    made = appointment(unit_a.paul, session, unit_a.consultation, session.starts_at)

    def line(became: str, person: object) -> str:
        return f"{became} {person} {unit_a.doctor.pk} {made.starts_at.isoformat()} 0.0 0\n"

    found = counted([line("acknowledged", unit_a.paul.pk)])
    assert (found["acknowledged"], found["lost"], found["doubled"], found["half"]) == (1, 0, 0, 0)
    found = counted([line("found", unit_a.paul.pk), line("acknowledged", unit_a.karim.pk)])
    assert (found["found"], found["lost"], found["unasked"]) == (1, 1, 0)
    found = counted([line("refused", unit_a.karim.pk)])
    assert (found["lost"], found["unasked"]) == (0, Appointment.objects.count())
