"""All counts of one period of some agendas, in the numbers and words in which they are kept. No page, no reader.

Counted by the worker, by night or when somebody asks (docs/adr/0070): it takes up to seconds of the database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from access.models import Establishment
from appointments.models import Appointment
from appointments.models.appointment import AppointmentQuerySet
from appointments.models.enums.appointment import Status
from appointments.statistics import counting
from appointments.statistics.delays import Delays, delays_of
from appointments.statistics.period import Period

# Of the form in which counts are kept: what another version kept is counted anew.
VERSION = 1
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Counts:
    """Of the appointments of a period; each as appointments.statistics.counting returns it."""

    status: Mapping[str, int]
    unplanned: int
    causes: Mapping[str, int]
    refusals: Mapping[str, int]
    chains: counting.Chains
    delays: Delays
    cancellations: Mapping[str, int]
    waits: Sequence[counting.Wait]
    halves: Sequence[counting.Half]
    sessions: int
    lost: Sequence[counting.LostSession]
    weeks: Sequence[counting.WeekOutcomes]


def count(
    establishment: Establishment,
    period: Period,
    *,
    agendas: Sequence[int] | None,
    progress: Progress = lambda _done: None,
) -> Counts:
    """Count the appointments of `agendas`, or of the whole house (None). `progress` is told hundredths."""
    zone = establishment.zone
    every = rows_of(establishment, period, agendas)
    rows = every.planned()
    parts: dict[str, Any] = {}
    steps: tuple[tuple[str, Callable[[], Any]], ...] = (
        ("status", lambda: counting.by_status(rows)),
        ("unplanned", lambda: every.filter(is_unplanned=True, status=Status.SEEN).count()),
        ("causes", lambda: counting.by_cause(rows)),
        ("refusals", lambda: counting.by_refusal_cause(rows)),
        ("cancellations", lambda: counting.by_cancel_reason(rows)),
        ("halves", lambda: counting.by_half_day(rows, zone)),
        ("weeks", lambda: counting.by_week(rows, zone)),
        ("lost", lambda: counting.lost_sessions(rows)),
        ("waits", lambda: counting.waits(rows, zone)),
        ("chains", lambda: counting.after_failing(rows)),
        ("delays", lambda: delays_of(establishment, period, rows=rows)),
    )
    for number, (name, counted) in enumerate(steps):
        progress(100 * number // len(steps))
        parts[name] = counted()
    sessions, lost = parts.pop("lost")
    return Counts(**parts, sessions=sessions, lost=lost)


def rows_of(establishment: Establishment, period: Period, agendas: Sequence[int] | None) -> AppointmentQuerySet:
    start, end = period.bounds(establishment.zone)
    rows = Appointment.objects.filter(establishment=establishment, starts_at__gte=start, starts_at__lt=end)
    return rows if agendas is None else rows.filter(agenda__in=agendas)


def as_data(counts: Counts) -> dict[str, Any]:
    """Return what is kept in the database, in plain values."""
    return {
        "version": VERSION,
        "status": counts.status,
        "unplanned": counts.unplanned,
        "causes": counts.causes,
        "refusals": counts.refusals,
        "chains": counts.chains,
        "delays": counts.delays.as_data(),
        "cancellations": counts.cancellations,
        "waits": counts.waits,
        "halves": counts.halves,
        "sessions": counts.sessions,
        "lost": [(one.starts_at.isoformat(), *one[1:]) for one in counts.lost],
        "weeks": [(week.monday.isoformat(), *week[1:]) for week in counts.weeks],
    }


def from_data(data: Mapping[str, Any]) -> Counts:
    return Counts(
        status=data["status"],
        unplanned=data["unplanned"],
        causes=data["causes"],
        refusals=data["refusals"],
        chains=counting.Chains(*data["chains"]),
        delays=Delays.from_data(data["delays"]),
        cancellations=data["cancellations"],
        waits=[counting.Wait(*row) for row in data["waits"]],
        halves=[counting.Half(*row) for row in data["halves"]],
        sessions=data["sessions"],
        lost=[counting.LostSession(datetime.fromisoformat(at), *rest) for at, *rest in data["lost"]],
        weeks=[counting.WeekOutcomes(date.fromisoformat(monday), *rest) for monday, *rest in data["weeks"]],
    )


def nothing(tolerance: int) -> Counts:
    """Return the counts of no agenda."""
    return Counts({}, 0, {}, {}, counting.Chains(0, 0, None), Delays.of([], tolerance), {}, [], [], 0, [], [])
