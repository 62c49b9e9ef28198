"""The counts, each one query over the appointments of a period. No word for a reader, no page."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    Aggregate,
    Case,
    CharField,
    Count,
    DateTimeField,
    F,
    FloatField,
    Func,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, ExtractHour, Greatest, TruncWeek

from access.sorting import french_key
from appointments.models.appointment import AppointmentQuerySet
from appointments.models.enums.appointment import CancelReason, NotComeReason, Status
from appointments.models.enums.escort import EscortCancelReason
from appointments.models.escort import EscortQuerySet
from appointments.models.request import Request
from appointments.statistics.causes import PRISON_SIDE, cause

MIDDAY = 13
# Half a day is lost when so many were booked at least, and half of them were not seen for the prison's reasons.
BOOKED_AT_LEAST = 2
SECONDS_A_DAY = 86_400.0
# From each appointment that failed to all that make up for it; a cancelled summons makes up for nothing.
CHAINS = """
    WITH RECURSIVE chain AS (
        SELECT id AS first, id, starts_at AS since, starts_at, status FROM appointments_appointment WHERE id IN ({rows})
        UNION ALL
        SELECT c.first, a.id, c.since, a.starts_at, a.status
        FROM chain c CROSS JOIN LATERAL (
            -- Each by its index: how long chains are, the planner cannot know, and it would read the whole table.
            SELECT * FROM appointments_appointment f WHERE f.follows_id = c.id AND f.status <> 'cancelled' OFFSET 0
        ) a
    ), became AS (
        SELECT first, bool_or(id <> first) AS is_summoned,
            min(extract(epoch FROM starts_at - since)) FILTER (WHERE status = 'seen') / 86400.0 AS days
        FROM chain GROUP BY first
    )
    SELECT count(*) FILTER (WHERE is_summoned), count(days), percentile_cont(0.5) WITHIN GROUP (ORDER BY days)
    FROM became"""
MISTAKE = Q(status=Status.CANCELLED, cancel_reason=CancelReason.MISTAKE)
CAME_TO_NOTHING = Q(status=Status.NOT_COME, counted_cause__in=PRISON_SIDE)


class Percentile(Aggregate):
    """The value below which a share of the values lies, interpolated (PostgreSQL's PERCENTILE_CONT)."""

    template = "PERCENTILE_CONT(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()

    def __init__(self, expression: Any, *, share: float) -> None:
        super().__init__(expression, share=share)


class LocalMidnight(Func):
    """The instant at which a local day begins: (name of the zone, day)."""

    template = "timezone(%(expressions)s::timestamp)"
    output_field = DateTimeField()


class FirstBooked(Func):
    """When the first appointment of a chain was booked: who is summoned again has waited since then."""

    template = """(
        WITH RECURSIVE earlier AS (
            SELECT a.follows_id, a.booked_at FROM appointments_appointment a WHERE a.id = %(expressions)s
            UNION ALL
            SELECT a.follows_id, a.booked_at FROM appointments_appointment a JOIN earlier e ON a.id = e.follows_id
        )
        SELECT min(booked_at) FROM earlier)"""
    output_field = DateTimeField()


class Wait(NamedTuple):
    """How long people waited for one kind of consultation, in days; `asked` counts those who had asked for it."""

    kind: str
    number: int
    asked: int
    median: float
    ninth: float


class Half(NamedTuple):
    building: str
    is_morning: bool
    booked: int
    seen: int
    not_come: int
    prison_side: int


class LostSession(NamedTuple):
    """A session of which half was lost for the prison's reasons."""

    starts_at: datetime
    agenda: str
    booked: int
    lost: int


class Chains(NamedTuple):
    """Of those who did not come: how many were summoned again, seen at last, and after how many days at the median."""

    summoned: int
    seen: int
    days: float | None


class WeekOutcomes(NamedTuple):
    monday: date
    seen: int
    not_come: int
    cancelled: int
    open: int


def by_status(rows: AppointmentQuerySet) -> dict[str, int]:
    """Return how many appointments stand where; those booked by mistake apart from the other cancelled ones."""
    status = Case(When(MISTAKE, then=Value("mistake")), default=F("status"), output_field=CharField())
    counted = rows.annotate(stands=status).order_by().values_list("stands").annotate(number=Count("pk"))
    return dict(counted.values_list("stands", "number"))


def by_cause(rows: AppointmentQuerySet) -> dict[str, int]:
    missed = rows.filter(status=Status.NOT_COME).annotate(counted_cause=cause()).order_by()
    return dict(missed.values("counted_cause").annotate(number=Count("pk")).values_list("counted_cause", "number"))


def by_refusal_cause(rows: AppointmentQuerySet) -> dict[str, int]:
    """Return why people refused, of the refusals that they confirmed; "" where nobody has asked."""
    refused = rows.filter(status=Status.NOT_COME, not_come_reason=NotComeReason.REFUSAL_CONFIRMED).order_by()
    return dict(refused.values("refusal_cause").annotate(n=Count("pk")).values_list("refusal_cause", "n"))


def after_failing(rows: AppointmentQuerySet) -> Chains:
    """Return what became of those who did not come: summoned again, and seen at last, however many summonses later."""
    try:
        keys, values = rows.filter(status=Status.NOT_COME).order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return Chains(0, 0, None)
    with connection.cursor() as cursor:
        cursor.execute(CHAINS.format(rows=keys), values)
        return Chains(*cursor.fetchone())


def by_cancel_reason(rows: AppointmentQuerySet) -> dict[str, int]:
    """Return why appointments were cancelled, without those that were booked by mistake."""
    cancelled = rows.filter(status=Status.CANCELLED).exclude(MISTAKE).order_by()
    return dict(cancelled.values("cancel_reason").annotate(n=Count("pk")).values_list("cancel_reason", "n"))


def waits(rows: AppointmentQuerySet, zone: ZoneInfo) -> list[Wait]:
    """Return how long those who were seen had waited, by kind: from the day on which they asked, by its first request.

    Appointments that no request led to (a next session, somebody called by care) count from their booking, a summons
    from the booking of the first that it makes up for.
    """
    asked = Request.objects.filter(appointment=OuterRef("pk")).order_by("received_on").values("received_on")[:1]
    booked = Case(
        When(follows__isnull=True, then=F("booked_at")), default=FirstBooked(F("pk")), output_field=DateTimeField()
    )
    began = Coalesce(LocalMidnight(Value(zone.key), F("asked_on")), booked, output_field=DateTimeField())
    seconds = Func(F("starts_at") - began, template="EXTRACT(EPOCH FROM %(expressions)s)", output_field=FloatField())
    # Somebody at the door is seen first and written down afterwards.
    waited = Greatest(seconds / Value(SECONDS_A_DAY), Value(0.0), output_field=FloatField())
    counted = (
        rows.filter(status=Status.SEEN)
        .annotate(asked_on=Subquery(asked))
        .annotate(waited=waited)
        .order_by()
        .values("kind__name")
        .annotate(
            n=Count("pk"),
            asked=Count("asked_on"),
            median=Percentile(F("waited"), share=0.5),
            ninth=Percentile(F("waited"), share=0.9),
        )
    )
    found = counted.values_list("kind__name", "n", "asked", "median", "ninth")
    # Sorted here: the database would make the key of each appointment, not of each kind.
    return sorted((Wait(*row) for row in found), key=lambda wait: french_key(wait.kind))


def by_half_day(rows: AppointmentQuerySet, zone: ZoneInfo) -> list[Half]:
    morning = Case(When(Q(hour__lt=MIDDAY), then=Value(value=True)), default=Value(value=False))
    counted = (
        rows.exclude(status=Status.CANCELLED)
        .annotate(counted_cause=cause(), hour=ExtractHour("starts_at", tzinfo=zone))
        .annotate(building=F("detainee__building__name"))
        .annotate(is_morning=morning)
        .order_by()
        .values("building", "is_morning")
        .annotate(
            n=Count("pk"),
            seen=Count("pk", filter=Q(status=Status.SEEN)),
            missed=Count("pk", filter=Q(status=Status.NOT_COME)),
            prison=Count("pk", filter=CAME_TO_NOTHING),
        )
        .order_by("building", "-is_morning")
    )
    found = counted.values_list("building", "is_morning", "n", "seen", "missed", "prison")
    return [Half(building or "", *rest) for building, *rest in found]


def lost_sessions(rows: AppointmentQuerySet) -> tuple[int, list[LostSession]]:
    """Return in how many sessions enough people were booked for a half-day to be lost, and those that were.

    Lost is a session of which at least half of those booked were not seen for the prison's reasons.
    """
    booked = rows.exclude(status=Status.CANCELLED).annotate(counted_cause=cause()).order_by()
    counted = booked.values("session", "session__starts_at", "agenda__name").annotate(
        n=Count("pk"), lost=Count("pk", filter=CAME_TO_NOTHING)
    )
    enough = counted.filter(n__gte=BOOKED_AT_LEAST).values_list("session__starts_at", "agenda__name", "n", "lost")
    every = [LostSession(*row) for row in enough]
    lost = [each for each in every if 2 * each.lost >= each.booked]
    return len(every), sorted(lost, key=lambda each: (-each.starts_at.timestamp(), french_key(each.agenda)))


def by_week(rows: AppointmentQuerySet, zone: ZoneInfo) -> list[WeekOutcomes]:
    """Return what became of the appointments, week by week; booked by mistake does not count."""
    counted = (
        rows.exclude(MISTAKE)
        .annotate(monday=TruncWeek("starts_at", tzinfo=zone))
        .order_by()
        .values("monday")
        .annotate(
            seen=Count("pk", filter=Q(status=Status.SEEN)),
            missed=Count("pk", filter=Q(status=Status.NOT_COME)),
            cancelled=Count("pk", filter=Q(status=Status.CANCELLED)),
            open=Count("pk", filter=~Q(status__in=[Status.SEEN, Status.NOT_COME, Status.CANCELLED])),
        )
        .order_by("monday")
    )
    found = counted.values_list("monday", "seen", "missed", "cancelled", "open")
    return [WeekOutcomes(monday.astimezone(zone).date(), *rest) for monday, *rest in found]


def escorts_by_outcome(rows: EscortQuerySet) -> list[tuple[str, str, int]]:
    """Return how many hospital escorts stand where, cancelled ones by reason; without those planned by mistake."""
    counted = rows.exclude(cancel_reason=EscortCancelReason.MISTAKE).order_by().values("status", "cancel_reason")
    return list(counted.annotate(n=Count("pk")).order_by().values_list("status", "cancel_reason", "n"))


def escorts_by_refusal_cause(rows: EscortQuerySet) -> dict[str, int]:
    """Return why people refused an escort; "" where nobody has asked."""
    refused = rows.filter(cancel_reason=EscortCancelReason.REFUSED).order_by().values("refusal_cause")
    return dict(refused.annotate(n=Count("pk")).order_by("refusal_cause").values_list("refusal_cause", "n"))
