"""The comparisons themselves. Every figure is measured while it runs; there is nothing to look up."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, connections
from django.test.utils import override_settings

from access.models import User
from appointments import booking
from appointments.models import ConsultationSession
from appointments.registry import apply_import, plan_import
from appointments.registry.nominal_list import read_nominal_list
from carehub.tools.bench.door import page, through
from carehub.tools.bench.units import AGENDAS, SLOT, HealthUnit, empty_unit, health_unit, open_day

TIMES = 15
AT_ONCE = 8
BOOKINGS = 40


@dataclass(frozen=True)
class Comparison:
    """The same work in a small and in a large case, in milliseconds; queries where they are counted."""

    work: str
    small: str
    large: str
    small_ms: float
    large_ms: float
    small_queries: int | None = None
    large_queries: int | None = None

    @property
    def ratio(self) -> float:
        return self.large_ms / self.small_ms if self.small_ms else float("inf")


def history() -> Comparison:
    """The agenda of a day: its time must not grow with the history."""
    small, large = health_unit("HISTORY-10", today=10), health_unit("HISTORY-1000", today=10, before=990)
    return compare_pages(
        "day page, 10 people that day", "10 appointments in all", "1,000 in all", small.head, large.head
    )


def crowd() -> Comparison:
    """A fuller day has more to show, with no more queries."""
    small, large = health_unit("DAY-6", today=6), health_unit("DAY-60", today=60)
    return compare_pages("day page", "6 people that day", "60 that day", small.head, large.head)


def floor() -> Comparison:
    small, large = health_unit("FLOOR-3", today=3), health_unit("FLOOR-300", today=300)
    return compare_pages("movement list", "3 people", "300 people", small.officer, large.officer)


def compare_pages(work: str, small_words: str, large_words: str, small: User, large: User) -> Comparison:
    small_seconds, small_queries = page(small, "/", times=TIMES)
    large_seconds, large_queries = page(large, "/", times=TIMES)
    return Comparison(
        work, small_words, large_words, small_seconds * 1000, large_seconds * 1000, small_queries, large_queries
    )


def registry() -> Comparison:
    """Reading, planning and applying a nominal list in which everybody is new."""
    return Comparison(
        "import of a nominal list",
        "500 lines",
        "5,000 lines",
        import_ms("IMPORT-500", 500),
        import_ms("IMPORT-5000", 5000),
    )


def import_ms(code: str, lines: int) -> float:
    unit = empty_unit(code, people=0)
    rows = [
        f"{number:06d};NAME {number:05d};Ann;01/02/1990;A;A-{number % 300:03d};01/06/2026" for number in range(lines)
    ]
    data = "\r\n".join(["N° d'écrou;Nom;Prénom;Né le;Bâtiment;Cellule;Date d'entrée", *rows]).encode("cp1252")
    with through("care"):
        began = time.perf_counter()
        read = read_nominal_list(data, today=unit.today)
        apply_import(
            lambda: plan_import(unit.establishment, read, today=unit.today),
            establishment=unit.establishment,
            by=unit.head,
            file_digest="0" * 64,
        )
        return (time.perf_counter() - began) * 1000


def bookings() -> Comparison:
    """One booking while nobody else books, and while seven others do."""
    unit = empty_unit("BOOKING")
    day = unit.today + timedelta(days=1)
    with override_settings(CAREHUB_DOOR="care"):
        alone = book_many(unit, open_day(unit, day)[0], range(BOOKINGS))
        sessions = open_day(unit, day + timedelta(days=1))
        share = BOOKINGS // 4
        barrier = threading.Barrier(AT_ONCE)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            jobs = [
                pool.submit(
                    book_many, unit, sessions[number % AGENDAS], range(number * share, (number + 1) * share), barrier
                )
                for number in range(AT_ONCE)
            ]
            together = [seconds for job in jobs for seconds in job.result()]
    return Comparison(
        "one booking",
        "alone",
        f"{AT_ONCE} people booking at once",
        statistics.median(alone) * 1000,
        statistics.median(together) * 1000,
    )


def book_many(
    unit: HealthUnit, session: ConsultationSession, numbers: range, barrier: threading.Barrier | None = None
) -> list[float]:
    """Book the people with these numbers one after the other into `session`, as the care login; return the seconds."""
    seconds = []
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET ROLE carehub_care")
        if barrier is not None:
            barrier.wait()
        for slot, number in enumerate(numbers):
            seconds.append(book_one(unit, session, number, session.starts_at + slot * SLOT))
    finally:
        if barrier is None:
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")
        else:
            connections.close_all()
    return seconds


def book_one(unit: HealthUnit, session: ConsultationSession, number: int, starts_at: datetime) -> float:
    began = time.perf_counter()
    booking.book(by=unit.head, detainee=unit.people[number], agenda=session.agenda, kind=unit.kind, starts_at=starts_at)
    return time.perf_counter() - began


ALL: dict[str, Callable[[], Comparison]] = {
    "history": history,
    "day": crowd,
    "list": floor,
    "import": registry,
    "booking": bookings,
}
