"""How late people are brought: from the time on the list to leaving the floor, to the unit, to being seen. Reads only.

Counted by call: a person called once at one arrival time, however many consultations follow. Officers' taps hold where
there are any; care's own marks stand in for the arrival, and alone tell when somebody was seen. Whom nobody noted is
unknown, never on time: each figure says of how many people it knows (docs/adr/0032).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from itertools import chain
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from access.kept_texts import KeptText
from access.models import Establishment
from appointments.models import Appointment, DelaySettings
from appointments.models.appointment import AppointmentQuerySet
from appointments.models.delay_settings import USUAL_TOLERANCE
from appointments.models.enums.appointment import NotComeReason, Status
from appointments.statistics.counting import MIDDAY
from appointments.statistics.period import Period

# A tap that was taken back counts for nothing: what counts is the first one after officers last said less.
CALLS = """
    WITH calls AS (
        SELECT a.establishment_id, a.detainee_id, a.called_at,
            min(a.arrived_at) AS marked_at, min(a.started_at) AS seen_at,
            bool_or(a.status = ANY(%(there)s) OR a.arrived_at IS NOT NULL OR a.not_come_reason = ANY(%(came)s)) AS came,
            bool_or(a.status = ANY(%(consulted)s)) AS was_seen
        FROM appointments_appointment a
        WHERE a.status <> 'cancelled' AND a.id IN ({rows})
        GROUP BY a.establishment_id, a.detainee_id, a.called_at
    ), said AS (
        SELECT c.*, coalesce(b.name, '') AS building,
            extract(hour FROM c.called_at AT TIME ZONE %(zone)s) < %(midday)s AS is_morning,
            floor.left_at, floor.arrived_at
        FROM calls c
        JOIN appointments_detainee d ON d.id = c.detainee_id
        LEFT JOIN access_building b ON b.id = d.building_id
        CROSS JOIN LATERAL (
            SELECT min(e.at) FILTER (WHERE e.state = 'left' AND e.id > e.back_on_floor) AS left_at,
                min(e.at) FILTER (WHERE e.state = 'arrived' AND e.id > e.back_on_way) AS arrived_at
            FROM (
                SELECT v.id, v.state, v.at,
                    coalesce(max(v.id) FILTER (WHERE v.state IN ('expected', 'called', 'impeded')) OVER (), 0)
                        AS back_on_floor,
                    coalesce(max(v.id) FILTER (WHERE v.state IN ('expected', 'called', 'impeded', 'left')) OVER (), 0)
                        AS back_on_way
                FROM appointments_movementevent v
                WHERE v.establishment_id = c.establishment_id AND v.expected_at = c.called_at
                    AND (v.register_number = d.register_number OR v.register_number = ANY(
                        SELECT f.register_number FROM appointments_formernumber f WHERE f.detainee_id = d.id))
            ) e
        ) floor
    ), late AS (
        SELECT building, is_morning, came OR arrived_at IS NOT NULL AS is_come, was_seen,
            left_at IS NOT NULL OR came OR arrived_at IS NOT NULL AS is_gone, arrived_at IS NOT NULL AS is_tapped,
            CASE WHEN left_at > called_at THEN extract(epoch FROM left_at - called_at) / 60
                WHEN left_at IS NOT NULL THEN 0 END AS leaving,
            CASE WHEN there_at > called_at THEN extract(epoch FROM there_at - called_at) / 60
                WHEN there_at IS NOT NULL THEN 0 END AS arriving,
            CASE WHEN NOT was_seen THEN NULL
                WHEN seen_at > called_at THEN extract(epoch FROM seen_at - called_at) / 60
                WHEN seen_at IS NOT NULL THEN 0 END AS being_seen
        FROM (SELECT *, coalesce(arrived_at, marked_at) AS there_at FROM said) s
    )"""
COUNTS = """
    SELECT CASE WHEN grouping(building) = 0 THEN building END, CASE WHEN grouping(is_morning) = 0 THEN is_morning END,
        count(*),
        count(*) FILTER (WHERE is_gone), count(leaving), count(leaving),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY leaving), percentile_cont(0.9) WITHIN GROUP (ORDER BY leaving),
        count(*) FILTER (WHERE is_come), count(arriving), count(arriving) FILTER (WHERE is_tapped),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY arriving), percentile_cont(0.9) WITHIN GROUP (ORDER BY arriving),
        count(*) FILTER (WHERE was_seen), count(being_seen), 0,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY being_seen),
        percentile_cont(0.9) WITHIN GROUP (ORDER BY being_seen),
        count(*) FILTER (WHERE arriving > %(tolerance)s)
    FROM late
    GROUP BY GROUPING SETS ((building, is_morning), (building), (is_morning), ())
    ORDER BY 1 NULLS FIRST, 2 DESC NULLS FIRST"""
STEP = 5  # columns of one step in COUNTS


@dataclass(frozen=True)
class DelayStep:
    """One step of the way: `of` people made it, `known` of them at a known time, `tapped` of these by officers."""

    of: int
    known: int
    tapped: int
    # In minutes; None of nothing. Who came early counts as on time.
    median: float | None
    ninth: float | None

    @property
    def unknown(self) -> int:
        return self.of - self.known

    @property
    def unknown_percent(self) -> float | None:
        """The share of which nobody noted the time, in hundredths; None of nothing."""
        return 100 * self.unknown / self.of if self.of else None


@dataclass(frozen=True)
class DelayLine:
    """The delays of one building and half-day; None stands for all of them, "" for whoever has left."""

    building: str | None
    is_morning: bool | None
    calls: int
    left: DelayStep
    arrived: DelayStep
    seen: DelayStep
    # Arrivals beyond the tolerance, of `arrived.known`.
    beyond: int


@dataclass(frozen=True)
class Delays:
    tolerance: int
    total: DelayLine
    by_building: Sequence[DelayLine]
    by_half: Sequence[DelayLine]
    # Building by half-day.
    lines: Sequence[DelayLine]

    @classmethod
    def of(cls, lines: Sequence[DelayLine], tolerance: int) -> Delays:
        return cls(
            tolerance=tolerance,
            total=next((each for each in lines if each.building is None and each.is_morning is None), NOTHING),
            by_building=[each for each in lines if each.building is not None and each.is_morning is None],
            by_half=[each for each in lines if each.building is None and each.is_morning is not None],
            lines=[each for each in lines if each.building is not None and each.is_morning is not None],
        )

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Delays:
        """Return what `as_data` wrote."""
        return cls.of([line_of(row) for row in data["lines"]], data["tolerance"])

    def as_data(self) -> dict[str, Any]:
        """Return plain values, to be kept."""
        every = (self.total, *self.by_building, *self.by_half, *self.lines)
        return {"tolerance": self.tolerance, "lines": [row_of(each) for each in every]}


NOBODY = DelayStep(0, 0, 0, None, None)
NOTHING = DelayLine(None, None, 0, NOBODY, NOBODY, NOBODY, 0)


def tolerance_of(establishment: Establishment) -> int:
    """Return how many minutes after their arrival time somebody may come. One query."""
    chosen = DelaySettings.objects.filter(establishment=establishment).values_list("tolerance", flat=True).first()
    return USUAL_TOLERANCE if chosen is None else chosen


def delays_of(
    establishment: Establishment,
    period: Period,
    *,
    rows: AppointmentQuerySet | None = None,
    tolerance: int | None = None,
) -> Delays:
    """Return the delays of the calls of `period`, of `rows` only where they are given. Two queries at most."""
    start, end = period.bounds(establishment.zone)
    found = Appointment.objects.all() if rows is None else rows
    found = found.planned().filter(establishment=establishment, starts_at__gte=start, starts_at__lt=end)
    tolerated = tolerance_of(establishment) if tolerance is None else tolerance
    try:
        keys, chosen = found.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return Delays.of([], tolerated)
    return Delays.of(read_lines(keys, chosen, establishment, tolerated), tolerated)


def delays_today(establishment: Establishment, keys: list[UUID], *, tolerance: int) -> Delays:
    """Return the delays so far of those appointments, which a page of today has read. One query."""
    asked = CALLED.with_values(place=establishment.pk, keys=keys)
    return Delays.of(read_lines(*asked, establishment, tolerance), tolerance)


def _called(place: int, keys: list[UUID]) -> QuerySet[Appointment, Any]:
    return Appointment.objects.planned().filter(establishment=place, pk__among=keys).order_by().values("pk")


CALLED = KeptText(_called, keys=["place"], lists=["keys"])


def read_lines(keys: str, chosen: Sequence[Any], establishment: Establishment, tolerance: int) -> list[DelayLine]:
    """Return the delays of the appointments whose keys that statement gives."""
    # The query's own parameters are named, so that they stand beside ours.
    names = {f"row_{number}": value for number, value in enumerate(chosen)}
    values: dict[str, Any] = {
        "there": [Status.ARRIVED, Status.IN_CONSULTATION, Status.SEEN],
        "came": [NotComeReason.LATE, NotComeReason.LEFT],
        "consulted": [Status.IN_CONSULTATION, Status.SEEN],
        "zone": establishment.zone.key,
        "midday": MIDDAY,
        "tolerance": tolerance,
    }
    sql = CALLS.replace("{rows}", keys % tuple(f"%({name})s" for name in names)) + COUNTS
    with connection.cursor() as cursor:
        cursor.execute(sql, values | names)
        return [line_of(row) for row in cursor.fetchall()]


def line_of(row: Sequence[Any]) -> DelayLine:
    building, is_morning, calls, *counts, beyond = row
    left, arrived, seen = (DelayStep(*counts[at : at + STEP]) for at in range(0, 3 * STEP, STEP))
    return DelayLine(building, is_morning, calls, left, arrived, seen, beyond)


def row_of(line: DelayLine) -> list[Any]:
    """Return the row that `line_of` reads."""
    steps = (astuple(step) for step in (line.left, line.arrived, line.seen))
    return [line.building, line.is_morning, line.calls, *chain.from_iterable(steps), line.beyond]
