"""What a test or a demonstration started ends with it, also when it is killed and can tidy up nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from carehub.tools.embedded import place
from carehub.tools.leash import ending_with_us

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its starter ended")

OPEN_DOORS = """
import os, pathlib, socket, sys, time
from carehub.tools import doors
opened = []
for name in doors.NAMES:
    listener = socket.socket()
    listener.bind((doors.LOOPBACK, 0))
    opened.append(doors.Door(name=name, port=listener.getsockname()[1], listener=listener))
logs = pathlib.Path(sys.argv[1])
with doors.opened([*opened, doors.CourierService()], logs=logs, variables=os.environ) as running:
    doors.wait_until_open(running, logs=logs)
    print("open", flush=True)
    time.sleep(300)
"""


def started(*command: str, **variables: str) -> subprocess.Popen[str]:
    """Start a program and return it once it has said its first word."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | variables,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=ending_with_us(signal.SIGKILL),
    )
    assert process.stdout
    assert process.stdout.readline()
    return process


def killed(process: subprocess.Popen[str], number: signal.Signals) -> list[psutil.Process]:
    """End `process` and it alone; return what is left of its family."""
    family = psutil.Process(process.pid).children(recursive=True)
    assert family
    process.send_signal(number)
    process.communicate(timeout=30)
    _gone, left = psutil.wait_procs(family, timeout=30)
    for one in left:
        one.kill()
    return left


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_doors_close_and_the_courier_ends_when_their_starter_is_killed(number: signal.Signals, tmp_path: Path) -> None:
    starter = started(sys.executable, "-c", OPEN_DOORS, str(tmp_path), CAREHUB_ENV="test")

    assert killed(starter, number) == []


def test_database_and_command_end_when_their_starter_is_killed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    command = ("sh", "-c", "echo ready; exec sleep 300")
    starter = started(
        sys.executable, "-m", "carehub.tools.embedded", "run", "--home", str(home), "--", *command, CAREHUB_ENV="test"
    )
    try:
        assert killed(starter, signal.SIGKILL) == []
        assert not (place.recorded_store(home) / "pg" / "postmaster.pid").exists()
    finally:
        place.abandon(home)
