"""Purges years of an establishment beside people who book, and looks at what a year of purges leaves on the disk."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from access.models import Establishment, User
from appointments import booking
from appointments.models import Appointment, Kind, RetentionPeriod
from appointments.models.enums.planning import Discipline
from appointments.models.enums.retention import PERIODS
from carehub.tools.bench.bookings import Free, free_times
from carehub.tools.bench.door import through
from carehub.tools.doors import MANAGE

# So many people book before anything is purged; then they book on until the purge is done.
BEFORE, PAUSE = 40, 0.3
WEEKS = 52
ARRIVES = "status = 'arrived', arrived_at = coalesce(g.arrived_at, g.starts_at)"
IS_SEEN = "status = 'seen', arrived_at = g.arrived_at, started_at = g.started_at, ended_at = g.ended_at"


@dataclass(frozen=True)
class Waits:
    """How long bookings took, in milliseconds."""

    count: int
    p50: float
    p95: float
    longest: float

    @classmethod
    def of(cls, seconds: list[float]) -> Waits:
        ordered = sorted(each * 1000 for each in seconds)
        return cls(len(ordered), statistics.median(ordered), ordered[int(len(ordered) * 0.95) - 1], ordered[-1])

    def __str__(self) -> str:
        return f"{self.count} | {self.p50:.0f} | {self.p95:.0f} | {self.longest:.0f}"


@dataclass(frozen=True)
class Beside:
    """Bookings without and beside a purge, and how fast that was."""

    alone: Waits
    beside: Waits
    rows: int
    seconds: float


def beside_bookings(place: Establishment) -> Beside:
    """Keep everything as shortly as is allowed, and let the nightly command forget the rest while people book."""
    nurse = User.objects.get(username=f"infirmiere.{place.code.lower()}")
    kind = Kind.objects.filter(establishment=place, discipline=Discipline.NURSING).order_by("pk")[0]
    free = free_times(place)
    alone = Waits.of([book(next(free), kind, nurse) for _each in range(BEFORE)][5:])
    for each, period in PERIODS.items():
        RetentionPeriod.objects.update_or_create(establishment=place, kind=each, defaults={"months": period.least})
    before, began = counted(place), time.perf_counter()
    purge = subprocess.Popen(
        [sys.executable, str(MANAGE), "purge_retention"], env=os.environ, stdout=subprocess.DEVNULL
    )
    seconds = []
    while purge.poll() is None:
        if (wanted := next(free, None)) is not None:
            seconds.append(book(wanted, kind, nurse))
        time.sleep(PAUSE)
    taken = time.perf_counter() - began
    return Beside(alone, Waits.of(seconds), before - counted(place) + len(seconds), taken)


def counted(place: Establishment) -> int:
    return Appointment.objects.filter(establishment=place).count()


def book(free: Free, kind: Kind, nurse: User) -> float:
    began = time.perf_counter()
    with through("care"):
        booking.book(by=nurse, detainee=free.person, agenda=free.session.agenda, kind=kind, starts_at=free.at)
    return time.perf_counter() - began


@dataclass(frozen=True)
class Bloat:
    """A table after so many weeks: as many rows as at first."""

    weeks: int
    rows: int
    heap: int
    indexes: int


def year_of_bloat(superuser: str) -> Iterator[Bloat]:
    """Let each week the oldest week go and as many rows come, which change twice, as in the life of an appointment.

    With the rules switched off: it is the disk that is looked at. VACUUM comes when the server's own would.
    """
    import psycopg

    with psycopg.connect(superuser, autocommit=True) as link:
        link.execute("SET session_replication_role = replica")
        # As if nothing had ever gone: what grows from here on is bloat.
        link.execute("VACUUM FULL ANALYZE appointments_appointment")
        yield sizes(link, 0)
        dead = 0
        for week in range(1, WEEKS + 1):
            dead += one_week(link, week)
            [(live,)] = link.execute("SELECT count(*) FROM appointments_appointment").fetchall()
            # autovacuum_vacuum_threshold and autovacuum_vacuum_scale_factor, as PostgreSQL sets them.
            if dead > 50 + 0.2 * live:
                link.execute("VACUUM appointments_appointment")
                dead = 0
            if week % 13 == 0:
                yield sizes(link, week)


def one_week(link: object, week: int) -> int:
    """Return how many dead rows a week leaves."""
    execute = link.execute  # type: ignore[attr-defined]
    [(first,)] = execute("SELECT min(starts_at) FROM appointments_appointment").fetchall()
    values = {"from": first, "to": first + timedelta(days=7)}
    execute("DROP TABLE IF EXISTS pg_temp.gone")
    execute(
        "CREATE TEMP TABLE gone AS SELECT * FROM appointments_appointment"
        " WHERE starts_at >= %(from)s AND starts_at < %(to)s",
        values,
    )
    execute("DELETE FROM appointments_appointment a USING pg_temp.gone g WHERE a.id = g.id")
    execute(
        "UPDATE pg_temp.gone SET id = gen_random_uuid(), follows_id = NULL, movement_id = NULL,"
        " starts_at = starts_at + interval '10 years', ends_at = ends_at + interval '10 years',"
        " called_at = called_at + interval '10 years'"
    )
    execute("CREATE TEMP TABLE coming AS SELECT * FROM pg_temp.gone")
    execute(
        "UPDATE pg_temp.coming SET status = 'booked', arrived_at = NULL, started_at = NULL, ended_at = NULL"
        " WHERE status = 'seen'"
    )
    made = execute("INSERT INTO appointments_appointment SELECT * FROM pg_temp.coming").rowcount
    execute("DROP TABLE pg_temp.coming")
    for change in (ARRIVES, IS_SEEN):
        execute(
            f"UPDATE appointments_appointment a SET revision = a.revision + 1, {change}"  # noqa: S608 (two words of ours)
            " FROM pg_temp.gone g WHERE a.id = g.id AND g.status = 'seen'"
        )
    return 3 * int(made)


def sizes(link: object, week: int) -> Bloat:
    [(rows, heap, indexes)] = link.execute(  # type: ignore[attr-defined]
        "SELECT count(*), pg_relation_size('appointments_appointment'), pg_indexes_size('appointments_appointment')"
        " FROM appointments_appointment"
    ).fetchall()
    return Bloat(week, rows, heap, indexes)
