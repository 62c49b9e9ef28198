"""The doctor's look at the hourly and nightly work: what was done within the last day, and what failed since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from carehub.doctor.verdict import Level, Verdict, judge
from carehub.nightly import COMMANDS

# A day, and the time that a night's work may take.
PATIENCE = timedelta(hours=26)
LAST_TIMES = """
    SELECT j.task_name, j.status::text, max(e.at)
    FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id
    WHERE j.task_name = ANY(%s) AND j.status IN ('succeeded', 'failed') GROUP BY 1, 2
"""
Times = dict[tuple[str, str], datetime]


def verdicts() -> Iterator[Verdict]:
    """Say what was not done, and what was tried in vain after it was done last. Reads the queue alone."""
    with connection.cursor() as cursor:
        cursor.execute(LAST_TIMES, [list(COMMANDS)])
        times: Times = {(name, status): at for name, status, at in cursor.fetchall()}
    missing = [_since(name, times) for name in COMMANDS if _is_missing(name, times)]
    yield judge(
        not missing,
        "The hourly and nightly work was done within the last day",
        f"Hourly and nightly work that was not done: {', '.join(missing)}",
        "See that manage.py nightly runs, or run manage.py nightly --once: docs/operations.md, “Every day”.",
        bad=Level.WARNING,
    )
    failed = [name for name in COMMANDS if _failed_last(name, times)]
    yield judge(
        not failed,
        "None of it failed when it was tried last",
        f"It failed when it was tried last: {', '.join(failed)}",
        "Run the command by hand: manage.py and its name. It says what is wrong.",
        bad=Level.WARNING,
    )


def _is_missing(name: str, times: Times) -> bool:
    done = times.get((name, "succeeded"))
    return done is None or timezone.now() - done > PATIENCE


def _since(name: str, times: Times) -> str:
    done = times.get((name, "succeeded"))
    return f"{name} (last {done:%Y-%m-%d %H:%M} UTC)" if done else f"{name} (never)"


def _failed_last(name: str, times: Times) -> bool:
    done, failed = times.get((name, "succeeded")), times.get((name, "failed"))
    return failed is not None and (done is None or failed > done)
