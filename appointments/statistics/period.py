"""The days that are counted, by the establishment's clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from appointments.arithmetic.timegrid import local_midnights

USUAL_WEEKS = 13
LONGEST_DAYS = 3 * 366


@dataclass(frozen=True)
class Period:
    """Whole days from `since` to `until`, both included."""

    since: date
    until: date

    @classmethod
    def usual(cls, today: date) -> Period:
        """The last thirteen whole weeks and this one so far."""
        monday = today - timedelta(days=today.weekday())
        return cls(monday - timedelta(weeks=USUAL_WEEKS), today)

    @classmethod
    def of_the_night(cls, today: date) -> Period:
        """The last thirteen whole weeks and this one until yesterday: the days that are over."""
        return cls(cls.usual(today).since, today - timedelta(days=1))

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return the instants between which an appointment must begin: nothing that is still to come."""
        start, end = local_midnights(self.since, zone)[0], local_midnights(self.until, zone)[1]
        return start, min(end, timezone.now())
