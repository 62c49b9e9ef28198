"""Many colleagues at one moment: each has a connection of their own, and a login may only have so many."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def one_crowd_at_a_time() -> Iterator[None]:
    """Wait until no other worker of the tests has a crowd: connections are counted over all databases of a server."""
    where = Path(os.environ.get("CAREHUB_HOME") or tempfile.gettempdir())
    with (where / "crowd.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
