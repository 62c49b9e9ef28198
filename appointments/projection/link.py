"""How far the officers' side is up to date: when the courier reached it last, what is late, how much waits.

Told by the hospital's own clock, by which the courier also dates its visits. Reads only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone

from access.models import Establishment
from appointments.arithmetic.publication_grid import PATIENCE, SILENCE, PublicationGrid
from appointments.arithmetic.timegrid import local_midnights
from appointments.models import Appointment, AppointmentChange, Escort, Movement, PrisonLink
from appointments.models.enums.appointment import ChangeKind
from appointments.projection.publication import SEEN_AHEAD
from appointments.projection.schedule import Schedule

# What may call somebody at once, beside a first booking.
CALLS_AGAIN = (ChangeKind.MOVED, ChangeKind.UNDONE)


@dataclass(frozen=True)
class Link:
    """One prison's database, as the courier reached it last, seen from `now`."""

    name: str
    reached_at: datetime | None
    restored_at: datetime | None
    now: datetime

    @property
    def is_silent(self) -> bool:
        """Whether the courier has not been there for longer than any pause of its own."""
        return self.reached_at is None or self.now - self.reached_at > SILENCE

    @property
    def is_fresh(self) -> bool:
        """Whether it was there so lately that nothing can be late."""
        return self.reached_at is not None and self.now - self.reached_at <= PATIENCE

    def missing(self, grid: PublicationGrid) -> datetime | None:
        """Return the last publication of today's and tomorrow's lists that is late there."""
        today = grid.day_of(self.now)
        due = [grid.last_due(day, now=self.now) for day in (today, today + timedelta(days=1))]
        # All that was due is brought before a visit is noted: what is older than the visit has arrived.
        since = self.reached_at
        return max((instant for instant in due if instant and (since is None or instant > since)), default=None)


def link_of(establishment: Establishment) -> Link:
    """Return how the officers' side of `establishment` was reached last. One query."""
    return links([establishment.prison])[0]


def links(names: list[str]) -> list[Link]:
    """Return how each of these prisons' databases was reached last. One query."""
    rows = PrisonLink.objects.filter(name__in=names).annotate(asked_at=Now())
    found = {row.name: Link(row.name, row.reached_at, row.restored_at, row.asked_at) for row in rows}
    return [found.get(name) or Link(name, None, None, timezone.now()) for name in names]


def changes_since(schedule: Schedule, since: datetime, *, now: datetime) -> int:
    """Count the lines that officers were to see otherwise since then: dated changes, and calls made at once. One query.

    The lines with which a list opens are no changes of it. New cells and names are not counted: nothing dates them.
    """
    start = local_midnights(schedule.today, schedule.grid.zone)[0]
    end = local_midnights(schedule.today + SEEN_AHEAD, schedule.grid.zone)[1]
    between = (since, now)
    dated = (
        Q(visible_from__range=between, is_added=True)
        | Q(withdrawn_from__range=between, withdrawn_from__lte=F("expected_at"))
        | Q(restored_from__range=between)
    )
    called = Q(visible_from__isnull=True) & (
        Exists(Appointment.objects.filter(movement=OuterRef("pk"), booked_at__gt=since))
        | Exists(
            AppointmentChange.objects.filter(appointment__movement=OuterRef("pk"), what__in=CALLS_AGAIN, at__gt=since)
        )
        | Exists(Escort.objects.filter(movement=OuterRef("pk"), departed_at__gt=since))
    )
    lines = Movement.objects.filter(dated | called, establishment=schedule.establishment)
    return lines.between(start, end).count()
