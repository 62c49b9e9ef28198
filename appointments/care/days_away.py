"""From when to when somebody is away or a unit is closed, as pages say it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from access.models import Establishment
from appointments.models import Absence, Closure


@dataclass(frozen=True)
class DaysAway:
    """From when to when nobody is seen; no hours where it is whole days."""

    first: date
    last: date
    since: datetime | None
    until: datetime | None

    @classmethod
    def of(cls, row: Absence | Closure, establishment: Establishment) -> DaysAway:
        starts, ends = (at.astimezone(establishment.zone) for at in (row.starts_at, row.ends_at))
        is_midnight = ends.time() == time.min
        return cls(
            first=starts.date(),
            last=ends.date() - timedelta(days=1) if is_midnight else ends.date(),
            since=None if starts.time() == time.min else starts,
            until=None if is_midnight else ends,
        )
