"""The counts over the appointments of a period, all in one query. No word for a reader, no page.

An appointment that was not cancelled is one person expected. The cause is what care verified, else what the prison
declared; the movement says it until it is purged, the appointment afterwards.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, F, Q, TextField, Value, When
from django.db.models.functions import Coalesce, ExtractHour, NullIf, TruncDate, TruncMonth, TruncWeek

from access.models import Establishment
from appointments.models import Appointment
from appointments.models.appointment import AppointmentQuerySet
from appointments.models.enums.appointment import NotComeReason, Status
from appointments.models.enums.obstruction import HalfDay
from appointments.obstruction.causes import CAME_IN_VAIN, obstruction_cause
from appointments.statistics.counting import MIDDAY
from appointments.statistics.period import Period

AFTER_THE_DOOR = (Status.SEEN, Status.ARRIVED, Status.IN_CONSULTATION)


class Cell(NamedTuple):
    """How many people of one building, half-day and month became what."""

    building: str
    half_day: str
    month: date
    # The cause for which they were not brought, "" when they were or when it is no obstruction.
    cause: str
    expected: int
    came: int
    seen: int
    unknown: int


class Week(NamedTuple):
    monday: date
    expected: int
    not_brought: int


def rows_of(establishment: Establishment, unit: int | None) -> AppointmentQuerySet:
    """Return the appointments of a unit, of the whole house where none is named."""
    rows = Appointment.objects.filter(establishment=establishment)
    return rows if unit is None else rows.filter(agenda__unit=unit)


def expected_rows(establishment: Establishment, period: Period, *, unit: int | None = None) -> AppointmentQuerySet:
    """Return the appointments by which people were expected in the period, with where from, when and why not."""
    start, end = period.bounds(establishment.zone)
    rows = rows_of(establishment, unit).planned().filter(starts_at__gte=start, starts_at__lt=end)
    return with_cause(rows.exclude(status=Status.CANCELLED), establishment.zone)


def recorded_since(establishment: Establishment, *, unit: int | None = None) -> date | None:
    """Return the day of the first appointment that was kept here, None of none. What was before tells of nobody."""
    kept = rows_of(establishment, unit).exclude(status=Status.CANCELLED)
    first = kept.order_by("starts_at").values_list("starts_at", flat=True).first()
    return None if first is None else establishment.day_of(first)


def with_cause(rows: AppointmentQuerySet, zone: ZoneInfo) -> AppointmentQuerySet:
    declared = Coalesce(NullIf(F("movement__impediment"), Value("")), F("not_come_declared"))
    care_knows_nothing = Q(not_come_reason__in=["", NotComeReason.NO_REASON])
    said = Case(
        When(~Q(status=Status.NOT_COME), then=Value("")),
        When(care_knows_nothing & ~Q(declares=""), then=F("declares")),
        default=F("not_come_reason"),
        output_field=TextField(),
    )
    half = Case(When(hour__lt=MIDDAY, then=Value(HalfDay.MORNING.value)), default=Value(HalfDay.AFTERNOON.value))
    return (
        rows.annotate(declares=declared)
        .annotate(said=said, hour=ExtractHour("called_at", tzinfo=zone))
        .annotate(cause_key=obstruction_cause(), half=half, where=building_then())
    )


def building_then() -> Coalesce:
    """Return, in SQL, the building from which the person was called; the present one where nothing better is kept."""
    return Coalesce("movement__building__name", "called_from__name", "detainee__building__name", Value(""))


def building_id_then() -> Coalesce:
    return Coalesce("movement__building", "called_from", "detainee__building")


def counts() -> dict[str, Count]:
    came = Q(status__in=AFTER_THE_DOOR) | Q(status=Status.NOT_COME, said__in=CAME_IN_VAIN)
    return {
        "n": Count("pk"),
        "came": Count("pk", filter=came),
        "seen": Count("pk", filter=Q(status=Status.SEEN)),
        "unknown": Count("pk", filter=Q(status=Status.BOOKED)),
    }


def cells(rows: AppointmentQuerySet, zone: ZoneInfo) -> list[Cell]:
    counted = rows.annotate(month=TruncMonth("starts_at", tzinfo=zone)).order_by()
    grouped = counted.values("where", "half", "month", "cause_key").annotate(**counts())
    found = grouped.order_by("where", "half", "month", "cause_key").values_list(
        "where", "half", "month", "cause_key", "n", "came", "seen", "unknown"
    )
    return [Cell(where, half, month.astimezone(zone).date(), *rest) for where, half, month, *rest in found]


def weeks(rows: AppointmentQuerySet, zone: ZoneInfo) -> list[Week]:
    counted = rows.annotate(monday=TruncWeek("starts_at", tzinfo=zone)).order_by().values("monday")
    found = counted.annotate(n=Count("pk"), missed=Count("pk", filter=~Q(cause_key=""))).order_by("monday")
    return [
        Week(monday.astimezone(zone).date(), n, missed)
        for monday, n, missed in found.values_list("monday", "n", "missed")
    ]


def local_day(zone: ZoneInfo) -> TruncDate:
    return TruncDate("called_at", tzinfo=zone)
