"""Counts what somebody asked for within seconds, beside the nightly work, which may be at something long."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress

from django.db import DatabaseError, InterfaceError, connection

from appointments.statistics.kept import count_asked

log = logging.getLogger(__name__)
# How often it is looked at whether somebody asked: one row of an index.
LOOK_SECONDS = 2.0
REST_SECONDS = 30.0


def answer_until(stopping: threading.Event) -> None:
    """Count what was asked for until `stopping`; outlives a database that is away."""
    pause = 0.0
    while not stopping.wait(pause):
        pause = LOOK_SECONDS
        try:
            for row in count_asked():
                log.info("Counted %s.", row)
        except (DatabaseError, InterfaceError) as error:
            log.warning("Nothing could be counted: %s", type(error).__name__)
            pause = REST_SECONDS
            with suppress(DatabaseError, InterfaceError):
                connection.close()
    connection.close()
