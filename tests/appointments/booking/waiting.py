"""Waits until somebody else waits: for tests of what two colleagues do at one moment."""

from __future__ import annotations

import time

from django.db import connection

SECONDS = 20


def wait_until_waiting(number: int) -> None:
    """Wait until so many connections of this database wait for a lock."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    deadline = time.monotonic() + SECONDS
    with connection.cursor() as cursor:
        cursor.execute(waiting)
        while cursor.fetchone() != (number,):
            assert time.monotonic() < deadline, "nobody waits"
            time.sleep(0.02)
            # Inside a transaction, what was read of it once would be read again for ever.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(waiting)
