"""Free slots and clashes. Reads only; the database's constraints decide (docs/adr/0006)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from appointments.models import Agenda, Appointment, ConsultationSession
from appointments.timegrid import Interval, slots

SEARCH_WEEKS = 12


@dataclass(frozen=True)
class FreeSlot:
    """A time at which somebody could be seen."""

    agenda: Agenda
    session: ConsultationSession
    starts_at: datetime
    ends_at: datetime


def sessions_between(agendas: Iterable[Agenda], start: datetime, end: datetime) -> list[ConsultationSession]:
    """Return the sessions of `agendas` that touch [start, end), earliest first. One query."""
    return list(
        ConsultationSession.objects.filter(agenda__in=agendas, starts_at__lt=end, ends_at__gt=start)
        .select_related("agenda")
        .order_by("starts_at", "agenda__position", "id")
    )


def busy_times(sessions: Sequence[ConsultationSession]) -> dict[int, list[Interval]]:
    """Return what is taken in each session, by its key. One query."""
    busy: dict[int, list[Interval]] = defaultdict(list)
    taken = Appointment.objects.holding().filter(session__in=sessions).values_list("session_id", "starts_at", "ends_at")
    for session_id, starts_at, ends_at in taken.order_by("starts_at", "id"):
        busy[session_id].append((starts_at, ends_at))
    return busy


def free_slots(
    sessions: Sequence[ConsultationSession],
    *,
    after: datetime,
    length: timedelta | None = None,
    avoiding: Iterable[Interval] = (),
) -> list[FreeSlot]:
    """Return the free slots of `sessions` that start at `after` or later, earliest first.

    `length` is the wanted duration (each session's own slot when None); `avoiding` holds times that do not suit
    the person. Two queries at most, whatever the number of sessions.
    """
    busy, taken = busy_times(sessions), list(avoiding)
    found = []
    for session in sessions:
        step = timedelta(minutes=session.slot_minutes)
        wanted = length or step
        opening = (session.starts_at, session.ends_at)
        for start in slots(opening, busy=busy[session.pk] + taken, step=step, length=wanted):
            if start >= after:
                found.append(FreeSlot(session.agenda, session, start, start + wanted))
    return sorted(found, key=lambda slot: (slot.starts_at, slot.agenda.position, slot.agenda.pk))


def next_free(
    agendas: Iterable[Agenda],
    *,
    length: timedelta,
    after: datetime | None = None,
    detainee_id: UUID | None = None,
    count: int = 5,
) -> list[FreeSlot]:
    """Return the next `count` times within twelve weeks at which `agendas` could see a person for `length`.

    Times at which the person (`detainee_id`) is already expected elsewhere are left out.
    """
    start = max(after or timezone.now(), timezone.now())
    end = start + timedelta(weeks=SEARCH_WEEKS)
    avoiding: list[Interval] = []
    if detainee_id is not None:
        avoiding = list(
            Appointment.objects.holding()
            .filter(detainee=detainee_id, starts_at__lt=end, ends_at__gt=start)
            .values_list("starts_at", "ends_at")
        )
    return free_slots(sessions_between(agendas, start, end), after=start, length=length, avoiding=avoiding)[:count]
