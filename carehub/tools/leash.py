"""Ties a process that we start to us: it is told to end when we end, also when somebody kills us.

For the doors and databases of demonstrations and tests. Linux does it; elsewhere such a process outlives a killed
starter until the next start ends it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def ending_with_us(number: signal.Signals = signal.SIGTERM) -> Callable[[], None] | None:
    """Return what `subprocess.Popen` runs in the new process (`preexec_fn`), so that our end sends it `number`.

    Called in the main thread: for Linux the starter is the thread, not its process.
    """
    if sys.platform != "linux":
        return None
    libc, starter = ctypes.CDLL(None), os.getpid()

    def tie() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(number))
        if os.getppid() != starter:  # our process ended before the signal was set
            os.kill(os.getpid(), number)

    return tie
