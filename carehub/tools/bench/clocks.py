"""The processor time that processes have used, in seconds and far below the tick that `ps` shows. Linux keeps it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import psutil
from django.db import connections

NANOSECONDS = 1e9


def used_by(processes: Iterable[int]) -> dict[int, float]:
    """Return the processor time of each process, all its threads together; none of one that has ended."""
    return {process: seconds for process in processes if (seconds := _used(process)) is not None}


def spent(before: dict[int, float], after: dict[int, float]) -> float:
    """Return what was used between two looks; who came meanwhile has used all of theirs since."""
    return sum(seconds - before.get(process, 0) for process, seconds in after.items())


def workers_of(server: int) -> list[int]:
    """Return the processes that serve: the server itself and those it has started."""
    return [server, *(child.pid for child in psutil.Process(server).children(recursive=True))]


def backends_of(door: str, databases: Mapping[str, str]) -> list[int]:
    """Return the processes that work for a door in these databases, each by the alias of its server."""
    found: list[int] = []
    for alias, name in databases.items():
        with connections[alias].cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE application_name = %s AND datname = %s",
                [f"carehub-{door}", name],
            )
            found += [pid for (pid,) in cursor.fetchall()]
    return sorted(set(found))


def load() -> str:
    """Return how busy the machine is, for whoever reads the figures later."""
    one, five, _fifteen = os.getloadavg()
    return f"{one:.2f} (1 min), {five:.2f} (5 min) on {os.cpu_count()} cores"


def _used(process: int) -> float | None:
    try:
        threads = list(Path(f"/proc/{process}/task").iterdir())
        return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / NANOSECONDS
    except (OSError, ValueError, IndexError):
        return None
