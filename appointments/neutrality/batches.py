"""Measures withdrawals: which lines officers saw go together, and how far they were of one practitioner.

What is read are the changes of appointments, since lines themselves are forgotten after two days: when a convocation
was cancelled or moved, whether its line was out by then, with which publication it went. A group that was spread over
several publications counts as decided, together: the measure is never better than what officers saw. Reads only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q

from appointments.arithmetic.publication_grid import PublicationGrid
from appointments.arithmetic.purity import purity, purity_by_chance
from appointments.arithmetic.timegrid import wave_for
from appointments.models import Agenda, Appointment, AppointmentChange, ArrivalTime, PublicationTime
from appointments.models.enums.appointment import ChangeKind, Status
from appointments.neutrality.counting import Window, sensitive_disciplines

# Lists that are open all the time have no publications: lines that go within an hour are seen to go together.
HOUR = timedelta(hours=1)
# How far ahead officers see the lists that are open all the time.
SEEN_AHEAD = timedelta(days=2)
TOGETHER = 2


class Gone(NamedTuple):
    """A line that officers had read and saw go: with which publication, of which day's list, whose it was."""

    seen_at: datetime
    day: str
    agenda: int
    discipline: str


@dataclass(frozen=True)
class BatchFigures:
    """What the withdrawals of a window told. Shares are None when no two lines went together."""

    lines: int
    alone: int
    batches: int
    # Batches of two lines or more that are of one practitioner, and of these, of a sensitive discipline.
    of_one: int
    of_one_sensitive: int
    practitioner: float | None
    practitioner_by_chance: float | None
    discipline: float | None
    discipline_by_chance: float | None


def measure_batches(window: Window) -> BatchFigures:
    """Measure the withdrawals of `window`. Five queries, whatever their number."""
    batches: dict[tuple[datetime, str], list[Gone]] = defaultdict(list)
    for line in lines_gone(window):
        batches[line.seen_at, line.day].append(line)
    together = [batch for _key, batch in sorted(batches.items()) if len(batch) >= TOGETHER]
    of_one = [batch for batch in together if len({line.agenda for line in batch}) == 1]
    sensitive = sensitive_disciplines()
    practitioners = [[line.agenda for line in batch] for batch in together]
    disciplines = [[line.discipline for line in batch] for batch in together]
    return BatchFigures(
        lines=sum(map(len, batches.values())),
        alone=len(batches) - len(together),
        batches=len(together),
        of_one=len(of_one),
        of_one_sensitive=sum(any(line.discipline in sensitive for line in batch) for batch in of_one),
        practitioner=purity(practitioners),
        practitioner_by_chance=purity_by_chance(practitioners),
        discipline=purity(disciplines),
        discipline_by_chance=purity_by_chance(disciplines),
    )


def lines_gone(window: Window) -> Iterator[Gone]:
    """Give each line that was out when its appointment was cancelled or moved, and that nothing else kept."""
    start, end = window.bounds
    place = window.establishment
    terms = PublicationTime.objects.filter(establishment=place).values_list("at", "since", "until")
    grid = PublicationGrid.of(terms, place.zone)
    times = list(ArrivalTime.objects.filter(establishment=place).order_by("at").values_list("at", flat=True))
    agendas = dict(Agenda.objects.filter(establishment=place).values_list("pk", "discipline"))
    held = Appointment.objects.filter(establishment=place, called_at__gte=start, called_at__lt=end)
    standing = set(held.planned().exclude(status=Status.CANCELLED).values_list("detainee_id", "called_at"))
    for change in _withdrawals(window):
        one = change.appointment
        called_at, agenda = one.called_at, one.agenda_id
        if change.what == ChangeKind.MOVED:
            was = datetime.fromisoformat(change.before.get("starts_at") or one.starts_at.isoformat())
            called_at, agenda = wave_for(was, times, place.zone), change.before.get("agenda_id", agenda)
        if not start <= called_at < end or (one.detainee_id, called_at) in standing:
            continue
        seen_at = seen_to_go(grid, called_at, booked_at=one.booked_at, withdrawn_at=change.at)
        if seen_at is not None and agenda in agendas:
            yield Gone(seen_at, f"{grid.day_of(called_at)}", agenda, agendas[agenda])


def _withdrawals(window: Window) -> Iterable[AppointmentChange]:
    start, end = window.bounds
    gone = Q(what=ChangeKind.CANCELLED) | Q(what=ChangeKind.MOVED, before__has_any_keys=["starts_at", "agenda_id"])
    # Somebody may be booked months ahead; the line goes in the window, near the day of its call.
    found = AppointmentChange.objects.filter(
        gone, establishment=window.establishment, at__gte=start - timedelta(days=7), at__lt=end, undone_by__isnull=True
    )
    return found.select_related("appointment").order_by("at", "pk")


def seen_to_go(
    grid: PublicationGrid, called_at: datetime, *, booked_at: datetime, withdrawn_at: datetime
) -> datetime | None:
    """Return when officers saw the line go; None when they had not read it, or the call came first."""
    day = grid.day_of(called_at)
    if withdrawn_at >= called_at:
        return None
    if not grid.of_list(day):
        is_near = day <= grid.day_of(withdrawn_at) + SEEN_AHEAD
        whole_hour = withdrawn_at.replace(minute=0, second=0, microsecond=0)
        return whole_hour if is_near else None
    came = grid.next_of_list(day, after=booked_at)
    goes = grid.next_of_list(day, after=withdrawn_at)
    # After the last publication a new call goes out by itself, at once.
    is_out = booked_at <= withdrawn_at if came is None else came <= withdrawn_at
    return goes if is_out and goes is not None and goes <= called_at else None
