"""What measures with servers of their own share: parts that the owner's login does, and lines that are said at once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping

from carehub.tools.doors import MANAGE, environment_of
from carehub.tools.embedded import server


def part(addresses: Mapping[str, str], command: str, *words: str, text: str = "") -> str:
    """Run a management command with the owner's login in a process of its own; return what it says. Ends if that fails.

    `addresses` are the variables of the databases' addresses; `text` is given to it to read.
    """
    variables = environment_of("owner", {**server.clean_environment(), **addresses, "CAREHUB_ENV": "test"})
    called = [sys.executable, str(MANAGE), command, *words]
    done = subprocess.run(called, env=variables, input=text, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{command} {' '.join(words)}: {done.stderr[-2000:]}")
    return done.stdout


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
