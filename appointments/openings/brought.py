"""How many people are called at each arrival time, and how many officers can bring then. Reads only.

The number is agreed with the prison and stands with the arrival time; where nobody said one, nothing is kept to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count

from access.models import Establishment
from appointments.arithmetic.timegrid import Interval, at_local, local_midnights
from appointments.models import Appointment, ArrivalTime
from appointments.models.enums.appointment import Status


@dataclass(frozen=True)
class Brought:
    """The arrival times between two instants: who is called then, and how many can be brought."""

    zone: ZoneInfo
    times: Sequence[time]
    most: Mapping[time, int]
    # People who are called already, by arrival time.
    called: Mapping[datetime, int]

    def most_at(self, wave: datetime) -> int | None:
        """Return how many people officers can bring at an arrival time, None where nobody said."""
        return self.most.get(wave.astimezone(self.zone).time())

    def left_at(self, wave: datetime) -> int | None:
        """Return how many more people can be brought, None where nobody said how many."""
        most = self.most_at(wave)
        return None if most is None else max(0, most - self.called.get(wave, 0))

    @property
    def full(self) -> list[Interval]:
        """The times at which whoever is expected would be one more than officers can bring."""
        return [(wave, self.until(wave)) for wave in self.called if self.left_at(wave) == 0]

    def until(self, wave: datetime) -> datetime:
        """Return when the next arrival time of the day begins, or the day ends."""
        local = wave.astimezone(self.zone)
        later = min((at for at in self.times if at > local.time()), default=None)
        return (
            local_midnights(local.date(), self.zone)[1] if later is None else at_local(local.date(), later, self.zone)
        )


def read_brought(
    establishment: Establishment, since: datetime, until: datetime, *, leaving_out: UUID | None = None
) -> Brought:
    """Return the arrival times from `since` to `until`. Two queries; one where nobody said how many can be brought.

    `leaving_out` is the person to be called: whoever is called then already is one person, however often.
    """
    rows = ArrivalTime.objects.filter(establishment=establishment).order_by("at")
    said = list(rows.values_list("at", "most_people"))
    most = {at: number for at, number in said if number is not None}
    called: dict[datetime, int] = {}
    if most:
        # Nobody waits past midnight: the bounds let the database use its index on starts.
        start, _end = local_midnights(establishment.day_of(since), establishment.zone)
        _start, end = local_midnights(establishment.day_of(until), establishment.zone)
        calls = Appointment.objects.filter(establishment=establishment, starts_at__gte=start, starts_at__lt=end)
        calls = calls.planned().exclude(status=Status.CANCELLED).exclude(detainee=leaving_out)
        counted = calls.order_by().values_list("called_at").annotate(people=Count("detainee", distinct=True))
        called = dict(counted)
    return Brought(establishment.zone, [at for at, _most in said], most, called)
