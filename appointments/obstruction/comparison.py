"""The figures of a period beside those of the one before and of the same days a year earlier. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from access.models import Establishment
from appointments.obstruction import counting
from appointments.obstruction.figures import FigureRow, ObstructionFigures, read_figures
from appointments.statistics.delays import Delays, delays_of, tolerance_of
from appointments.statistics.period import Period


@dataclass(frozen=True)
class Comparison:
    now: ObstructionFigures
    before: ObstructionFigures
    year_ago: ObstructionFigures
    delays: Delays
    delays_before: Delays
    weeks: list[counting.Week]

    @property
    def beyond(self) -> FigureRow:
        """Who arrived beyond the tolerance, of those whose arrival is known."""
        total = self.delays.total
        return FigureRow("beyond", "", total.beyond, total.arrived.known)

    @property
    def beyond_before(self) -> FigureRow:
        total = self.delays_before.total
        return FigureRow("beyond", "", total.beyond, total.arrived.known)


def compare(establishment: Establishment, period: Period, *, unit: int | None = None) -> Comparison:
    before, earlier = period_before(period), year_before(period)
    tolerance = tolerance_of(establishment)
    rows = counting.expected_rows(establishment, period, unit=unit)
    since, ours = counting.recorded_since(establishment, unit=unit), counting.rows_of(establishment, unit)
    return Comparison(
        now=read_figures(establishment, period.since, period.until, recorded_since=since, unit=unit),
        before=read_figures(establishment, before.since, before.until, recorded_since=since, unit=unit),
        year_ago=read_figures(establishment, earlier.since, earlier.until, recorded_since=since, unit=unit),
        delays=delays_of(establishment, period, rows=ours, tolerance=tolerance),
        delays_before=delays_of(establishment, before, rows=ours, tolerance=tolerance),
        weeks=counting.weeks(rows, establishment.zone),
    )


def period_before(period: Period) -> Period:
    """Return as many days, just before."""
    length = period.until - period.since + timedelta(days=1)
    return Period(period.since - length, period.since - timedelta(days=1))


def year_before(period: Period) -> Period:
    return Period(one_year_less(period.since), one_year_less(period.until))


def one_year_less(day: date) -> date:
    """Return the same day a year earlier; the 28 February for the 29."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
