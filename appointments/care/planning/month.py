"""Lays out one month of when nobody is seen: holidays, closures, absences. Reads only, in a few queries."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from appointments.arithmetic.timegrid import Interval, local_midnights, overlaps
from appointments.models import Absence, Closure
from appointments.openings.occurrences import named_holidays
from appointments.rights import Rights, absences_planned_by, closures_planned_by


@dataclass(frozen=True)
class TimeOff:
    """An absence or a closure on one day: `hours` is None for the whole of it."""

    row: Absence | Closure
    hours: Interval | None


@dataclass(frozen=True)
class MonthDay:
    date: date
    is_of_month: bool
    holiday: str
    closures: Sequence[TimeOff]
    absences: Sequence[TimeOff]


@dataclass(frozen=True)
class TimeOffMonth:
    """One month in whole weeks."""

    first: date
    weeks: Sequence[Sequence[MonthDay]]

    @property
    def previous(self) -> date:
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def next(self) -> date:
        return (self.first + timedelta(days=31)).replace(day=1)

    @property
    def is_empty(self) -> bool:
        days = [day for week in self.weeks for day in week if day.is_of_month]
        return not any(day.holiday or day.closures or day.absences for day in days)


def read_time_off_month(rights: Rights, month: date, *, territory: str = "") -> TimeOffMonth:
    """Return the month of `month`, of the units that the person heads. Three queries."""
    establishment = rights.establishment
    weeks = calendar.Calendar().monthdatescalendar(month.year, month.month)
    first, last = weeks[0][0], weeks[-1][-1]
    start, end = local_midnights(first, establishment.zone)[0], local_midnights(last, establishment.zone)[1]
    touching = {"starts_at__lt": end, "ends_at__gt": start}
    absences = list(
        absences_planned_by(rights)
        .filter(**touching)
        .select_related("agenda")
        .order_by("agenda__position", "starts_at")
    )
    closures = list(closures_planned_by(rights).filter(**touching).order_by("starts_at"))
    holidays = named_holidays(establishment, first, last, territory=territory)

    def lay_out(day: date) -> MonthDay:
        bounds = local_midnights(day, establishment.zone)
        return MonthDay(
            date=day,
            is_of_month=day.month == month.month,
            holiday=holidays.get(day, ""),
            closures=on_day(closures, bounds),
            absences=on_day(absences, bounds),
        )

    return TimeOffMonth(month.replace(day=1), [[lay_out(day) for day in week] for week in weeks])


def on_day(rows: Sequence[Absence] | Sequence[Closure], bounds: Interval) -> list[TimeOff]:
    found = []
    for row in rows:
        if overlaps((row.starts_at, row.ends_at), bounds):
            hours = max(row.starts_at, bounds[0]), min(row.ends_at, bounds[1])
            found.append(TimeOff(row, None if hours == bounds else hours))
    return found
