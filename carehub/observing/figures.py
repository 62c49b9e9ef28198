"""The figures of a process (Prometheus): read from the databases when somebody asks, never counted along the way.

None says how much, when or for whom care worked: the port is every local process's, also that of the other side.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from appointments.models import PrisonLink
from appointments.prison.models import Heartbeat
from carehub import readiness
from carehub.doctor.verdict import Level
from carehub.keeping import standing

# What waits at a prison's side for the courier; the same conditions as in its own round.
WAITING = """
    SELECT 'taps', count(*) FROM prison_tap
    UNION ALL SELECT 'freezes', count(*) FROM prison_prisonfreeze WHERE NOT is_carried
    UNION ALL SELECT 'alerts', count(*) FROM prison_prisonalert WHERE NOT is_carried
    UNION ALL SELECT 'uses', count(*) FROM prison_exportuse
"""
JOBS = "SELECT status::text, count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') GROUP BY 1"
LAST_DONE = """
    SELECT j.task_name, j.status::text, extract(epoch FROM max(e.at))
    FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id
    WHERE j.status IN ('succeeded', 'failed') GROUP BY 1, 2
"""


class Figures(Collector):
    """Asked anew at each scrape; a database that is away is a figure, not an error."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        yield _one("carehub_process", "1 while the process lives.", 1, door=settings.CAREHUB_DOOR, version=_version())
        yield from databases()
        for figures in OF_DOOR.get(settings.CAREHUB_DOOR, ()):
            try:
                found = list(figures())
            except (DatabaseError, InterfaceError):
                continue
            yield from found


def databases() -> Iterator[GaugeMetricFamily]:
    """Whether each database answers and is of this version, and whether all that the process needs is there."""
    up = _family("carehub_database_up", "1 when the database answers.", "database")
    columns = _family("carehub_schema_columns", "Columns missing there, or unknown here; 0 and 0.", "database", "kind")
    for alias in readiness.reached():
        try:
            missing, unknown = readiness.unknown_columns(alias)
        except (DatabaseError, InterfaceError):
            up.add_metric([alias], 0)
            continue
        up.add_metric([alias], 1)
        columns.add_metric([alias, "missing"], len(missing))
        columns.add_metric([alias, "unknown"], len(unknown))
    yield up
    yield columns
    is_ready = all(verdict.level == Level.OK for verdict in readiness.verdicts())
    yield _one("carehub_ready", "1 when /readyz answers 200.", is_ready)


def at_the_hospital() -> Iterator[GaugeMetricFamily]:
    """When the courier was where last, by the hospital's clock."""
    family = _family("carehub_courier_reached_timestamp_seconds", "When the courier reached a prison last.", "prison")
    for name, at in PrisonLink.objects.order_by("name").values_list("name", "reached_at"):
        family.add_metric([name], _seconds(at))
    yield family


def at_the_prison() -> Iterator[GaugeMetricFamily]:
    """When the courier was here last."""
    beat = Heartbeat.objects.first()
    yield _one(
        "carehub_courier_here_timestamp_seconds", "When the courier was here last.", _seconds(beat.at if beat else None)
    )


def waiting() -> Iterator[GaugeMetricFamily]:
    """What waits at each prison for the courier."""
    family = _family("carehub_waiting", "What waits at a prison's side for the courier.", "prison", "what")
    for prison in settings.CAREHUB_PRISONS:
        for what, count in _rows(prison, WAITING):
            family.add_metric([prison, str(what)], float(str(count)))
    yield family


def work() -> Iterator[GaugeMetricFamily]:
    """What the nightly worker has to do, and when it did each thing last."""
    queue = _family("carehub_jobs", "Nightly work that waits or is being done.", "status")
    found = {str(status): float(str(count)) for status, count in _rows(DEFAULT_DB_ALIAS, JOBS)}
    for status in ("todo", "doing"):
        queue.add_metric([status], found.get(status, 0))
    done = _family("carehub_job_timestamp_seconds", "When a job ended last, and how.", "job", "ended")
    for job, ended, at in _rows(DEFAULT_DB_ALIAS, LAST_DONE):
        done.add_metric([str(job), str(ended)], float(str(at)))
    yield queue
    yield done


def kept() -> Iterator[GaugeMetricFamily]:
    """The last of what is kept, and the room that is left for more."""
    at = _family("carehub_kept_timestamp_seconds", "When a backup, or the day on paper, was kept last.", "what")
    free = _family("carehub_kept_disk_free_bytes", "Room on the disk where it is kept.", "what")
    for what, folder, last in standing.last():
        at.add_metric([what], _seconds(last))
        free.add_metric([what], _free(folder))
    yield at
    yield free


OF_DOOR: dict[str, tuple[Callable[[], Iterator[GaugeMetricFamily]], ...]] = {
    "care": (at_the_hospital,),
    "prison": (at_the_prison,),
    "courier": (at_the_hospital, waiting),
    "owner": (at_the_hospital, work, kept),
}


def _rows(alias: str, question: str) -> list[tuple[object, ...]]:
    with connections[alias].cursor() as cursor:
        cursor.execute(question)
        return list(cursor.fetchall())


def _family(name: str, says: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, says, labels=labels)


def _one(name: str, says: str, value: float, **labels: str) -> GaugeMetricFamily:
    family = _family(name, says, *labels)
    family.add_metric([*labels.values()], value)
    return family


def _seconds(at: datetime | None) -> float:
    """Return an instant as Prometheus counts it; 0 for never."""
    return at.timestamp() if at else 0


def _free(folder: Path) -> float:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0


def _version() -> str:
    try:
        return version("carehub")
    except PackageNotFoundError:
        return ""
