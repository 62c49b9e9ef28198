"""The courier at work: rounds when something is due, until it is told to stop. Outlives either database's absence."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections

from access.models import Establishment
from access.postgresql.base import is_pooled
from appointments.courier import lease, reports, rounds
from appointments.projection.schedule import Schedule

# Where care's database says that lists may have changed (wall/care/functions/appointments_tell_courier.sql).
CHANNEL = "carehub_movement"
# How long the courier waits for word from care before it looks for taps again.
PAUSE = timedelta(seconds=1)
# Whatever was or was not heard, everything is compared this often.
WHOLE = timedelta(seconds=30)
# A prison's database that does not answer is asked again after this long: the others do not wait for it each second.
REST = 5.0
DEAF = "The courier's address leads through a connection pooler, where it hears no word: give it PostgreSQL's own."

logger = logging.getLogger("carehub.courier")


@dataclass
class Prison:
    """One prison's database, and when it was served."""

    name: str
    whole_at: datetime | None = None
    schedules: list[Schedule] = field(default_factory=list)
    places: list[Establishment] = field(default_factory=list)
    is_down: bool = False
    rests_until: float = 0.0

    def is_due(self, now: datetime, *, heard: bool) -> bool:
        """Whether a whole round is due: care changed something, an hour of publication has come, or time has passed."""
        if self.whole_at is None or heard or now - self.whole_at >= WHOLE or now < self.whole_at:
            return True
        return any(_has_come(schedule, self.whole_at, now) for schedule in self.schedules)


def _has_come(schedule: Schedule, since: datetime, now: datetime) -> bool:
    days = (schedule.day_of(now), schedule.day_of(now) + timedelta(days=1))
    if schedule.day_of(since) != days[0]:
        return True
    return any(since < instant <= now for day in days for instant in schedule.grid.of_list(day))


class Courier:
    """Serves every prison of settings.CAREHUB_PRISONS while it holds the lease."""

    def __init__(self, prisons: Sequence[str] | None = None) -> None:
        self.holder = uuid.uuid4()
        self.prisons = [Prison(name) for name in prisons or settings.CAREHUB_PRISONS]
        self.stopping = threading.Event()
        self.ear: psycopg.Connection[object] | None = None

    def run(self) -> None:
        """Work until `stop`."""
        while not self.stopping.is_set():
            try:
                self.work(heard=self.listen())
            except (DatabaseError, InterfaceError, psycopg.Error) as error:
                logger.warning("The care database was not reached: %s", _first_line(error))
                self.let_go()
                self.stopping.wait(PAUSE.total_seconds())
        self.let_go()

    def stop(self) -> None:
        """End after the step at hand."""
        self.stopping.set()

    def work(self, *, heard: bool) -> None:
        """Do what is due now, if this courier is the one that acts. Raises DatabaseError when care's side is down."""
        if not lease.take(self.holder):
            for prison in self.prisons:
                prison.whole_at = None
            return
        now = rounds.clock()
        for prison in self.prisons:
            if prison.rests_until <= time.monotonic():
                self.call_at(prison, now, heard=heard)
            elif heard:
                prison.whole_at = None

    def call_at(self, prison: Prison, now: datetime, *, heard: bool) -> None:
        """Serve one prison; what goes wrong there keeps no other from being served."""
        try:
            self.serve(prison, now, heard=heard)
        except (DatabaseError, InterfaceError) as error:
            if not connections[DEFAULT_DB_ALIAS].is_usable():
                raise
            if not prison.is_down:
                logger.warning("The database of %s was not reached: %s", prison.name, _first_line(error))
            self.leave(prison)
        except Exception:
            logger.exception("The round to %s was broken off.", prison.name)
            self.leave(prison)
        else:
            if prison.is_down:
                logger.warning("The database of %s answers again.", prison.name)
            prison.is_down = False

    def leave(self, prison: Prison) -> None:
        """Come again later, for a whole round."""
        prison.is_down, prison.whole_at = True, None
        prison.rests_until = time.monotonic() + REST
        connections[prison.name].close()

    def serve(self, prison: Prison, now: datetime, *, heard: bool) -> None:
        """Make a whole round when one is due, else bring what waits there, if anything does."""
        if prison.is_due(now, heard=heard):
            prison.places = rounds.go(prison.name, now=now)
            prison.schedules = [Schedule.of(place, now=now) for place in prison.places]
            prison.whole_at = now
            return
        if reports.something_waits(prison.name):
            rounds.bring_reports(prison.name, prison.places)
        if not rounds.beat(prison.name, now=now):
            prison.whole_at = None

    def listen(self) -> bool:
        """Wait a moment for word from care; return whether there was any. Opens the listening connection at first."""
        if self.ear is None:
            own = connections[DEFAULT_DB_ALIAS].get_connection_params()
            address = {key: value for key, value in own.items() if key not in {"context", "cursor_factory"}}
            self.ear = psycopg.connect(**address, autocommit=True)
            if is_pooled(self.ear):
                raise ImproperlyConfigured(DEAF)
            self.ear.execute(f"LISTEN {CHANNEL}")
            return True
        heard = list(self.ear.notifies(timeout=PAUSE.total_seconds(), stop_after=1))
        return bool(heard)

    def let_go(self) -> None:
        """Close every connection, and give the lease back where care's database can be reached."""
        if self.ear is not None:
            self.ear.close()
            self.ear = None
        with contextlib.suppress(DatabaseError, InterfaceError):
            lease.give_back(self.holder)
        connections.close_all()


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
