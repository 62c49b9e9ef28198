"""Finds in the real rows what the log counts by itself. Reads only; appointments.obstruction.log writes it down.

No fact here names anybody, but the one of a person who is not brought again and again, which stays on the care side.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from math import ceil
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Q
from django.utils import timezone

from access.models import Building, Establishment
from appointments.arithmetic.timegrid import at_local
from appointments.models import Appointment, CareUnit, Freeze, PrisonLink, PrisonSilence, PublicationTime, RoundVisit
from appointments.models.appointment import AppointmentQuerySet
from appointments.models.enums.movement import FreezeReason
from appointments.models.enums.obstruction import HalfDay, ObstructionCause, ObstructionKind
from appointments.models.enums.rounds import OBSTRUCTING_VISITS, VisitOutcome, VisitReason
from appointments.obstruction import counting
from appointments.obstruction.preferences import settings_of
from appointments.statistics.causes import cause
from appointments.statistics.counting import BOOKED_AT_LEAST, CAME_TO_NOTHING, MIDDAY
from appointments.statistics.delays import delays_of, tolerance_of
from appointments.statistics.period import Period

# The hours in which people are brought; a freeze of the night obstructs nobody.
BEGINS, ENDS = time(7), time(19)
HALVES = ((HalfDay.MORNING, BEGINS, time(MIDDAY)), (HalfDay.AFTERNOON, time(MIDDAY), ENDS))
FROZEN_BECAUSE = {FreezeReason.STAFF: ObstructionCause.STAFF, FreezeReason.STRIKE: ObstructionCause.STRIKE}
# So far back somebody's earlier appointments are looked at.
STREAK_DAYS = 180


@dataclass(frozen=True)
class Found:
    """A fact as the rows tell it now; `source_key` is the same each time that it is found."""

    source_key: str
    kind: ObstructionKind
    day: date
    half_day: str
    cause: str
    building_id: int | None = None
    affected: int | None = None
    expected: int | None = None
    minutes: int | None = None
    detainee_id: UUID | None = None
    appointment_id: UUID | None = None
    unit_id: int | None = None


@dataclass(frozen=True)
class HalfCount:
    """Whom a building was to bring on one half-day, and how many it did not bring, by cause."""

    expected: int
    missed: Counter[str]


Halves = dict[tuple[date, str, int | None], HalfCount]


def find_in_units(establishment: Establishment, period: Period) -> list[Found]:
    """Return every fact of the days of `period` that the rows tell, each once in the log of its unit.

    Keys of the first unit are what they were when it was the only one.
    """
    units = list(CareUnit.objects.filter(establishment=establishment).order_by("pk"))
    found = [replace(one, unit_id=units[0].pk) for one in find(establishment, period, units[0] if units[1:] else None)]
    for unit in units[1:]:
        of_unit = find(establishment, period, unit)
        found += [replace(one, unit_id=unit.pk, source_key=f"unit {unit.pk}:{one.source_key}") for one in of_unit]
    return found


def find(establishment: Establishment, period: Period, unit: CareUnit | None = None) -> list[Found]:
    """Return the facts of a unit, of the whole house where none is named. Rounds are the unit's that sees arrivals."""
    key = unit.pk if unit else None
    rows = counting.expected_rows(establishment, period, unit=key)
    halves = half_counts(rows, establishment)
    return [
        *not_brought(halves),
        *frozen(establishment, period, halves),
        *late(establishment, period, {day for day, _half, _where in halves}, key),
        *lost(rows, establishment),
        *not_fetched(establishment, period),
        *repeated(establishment, period, key),
        *(visits(establishment, period) if unit is None or unit.sees_arrivals else ()),
    ]


def half_counts(rows: AppointmentQuerySet, establishment: Establishment) -> Halves:
    grouped = rows.annotate(day=counting.local_day(establishment.zone), from_id=counting.building_id_then()).order_by()
    counted = grouped.values("day", "half", "from_id", "cause_key").annotate(n=Count("pk"))
    expected: Counter[tuple[date, str, int | None]] = Counter()
    missed: dict[tuple[date, str, int | None], Counter[str]] = defaultdict(Counter)
    for day, half, where, why, number in counted.values_list("day", "half", "from_id", "cause_key", "n"):
        expected[day, half, where] += number
        if why:
            missed[day, half, where][why] += number
    return {key: HalfCount(number, missed[key]) for key, number in expected.items()}


def not_brought(halves: Halves) -> Iterator[Found]:
    for (day, half, where), count in halves.items():
        for why, number in count.missed.items():
            is_silent = why == ObstructionCause.NO_REASON
            kind = ObstructionKind.NO_REASON if is_silent else ObstructionKind.NOT_BROUGHT
            key = f"missed:{day}:{half}:{where or '-'}:{why}"
            yield Found(key, kind, day, half, why, where, affected=number, expected=count.expected)


def frozen(establishment: Establishment, period: Period, halves: Halves) -> Iterator[Found]:
    """Give each half-day of each freeze on which somebody was expected; the usual roll calls do not count."""
    start, end = period.bounds(establishment.zone)
    freezes = Freeze.objects.filter(establishment=establishment, frozen_at__lt=end).filter(
        Q(lifted_at__isnull=True) | Q(lifted_at__gt=start)
    )
    for freeze in freezes.exclude(reason=FreezeReason.ROLL_CALL):
        last = min(freeze.lifted_at or end, end)
        for day in days_between(establishment.day_of(max(freeze.frozen_at, start)), establishment.day_of(last)):
            for half, minutes in frozen_halves(establishment, day, freeze.frozen_at, last):
                there = [
                    count
                    for (on, at, where), count in halves.items()
                    if (on, at) == (day, half) and freeze.building_id in {None, where}
                ]
                if there:
                    yield Found(
                        f"frozen:{freeze.pk}:{day}:{half}",
                        ObstructionKind.FROZEN,
                        day,
                        half,
                        FROZEN_BECAUSE.get(FreezeReason(freeze.reason), ObstructionCause.FROZEN),
                        freeze.building_id,
                        affected=sum(count.missed.total() for count in there),
                        expected=sum(count.expected for count in there),
                        minutes=minutes,
                    )


def frozen_halves(
    establishment: Establishment, day: date, began: datetime, ended: datetime
) -> Iterator[tuple[HalfDay, int]]:
    """Give the halves of `day` into which the time from `began` to `ended` reaches, and for how many minutes."""
    for half, opens, closes in HALVES:
        since = max(began, at_local(day, opens, establishment.zone))
        until = min(ended, at_local(day, closes, establishment.zone))
        if since < until:
            yield half, ceil((until - since).total_seconds() / 60)


def late(establishment: Establishment, period: Period, days: Iterable[date], unit: int | None) -> Iterator[Found]:
    """Give each half-day and building of which somebody arrived beyond the tolerance."""
    keys = dict(Building.objects.filter(establishment=establishment).values_list("name", "pk"))
    tolerance, rows = tolerance_of(establishment), counting.rows_of(establishment, unit)
    for day in sorted(days):
        for line in delays_of(establishment, Period(day, day), rows=rows, tolerance=tolerance).lines:
            if line.beyond:
                half = HalfDay.MORNING if line.is_morning else HalfDay.AFTERNOON
                yield Found(
                    f"late:{day}:{half}:{keys.get(line.building or '', '-')}",
                    ObstructionKind.LATE,
                    day,
                    half,
                    ObstructionCause.LATE,
                    keys.get(line.building or ""),
                    affected=line.beyond,
                    expected=line.arrived.known,
                    minutes=round(line.arrived.median or 0),
                )


def lost(rows: AppointmentQuerySet, establishment: Establishment) -> Iterator[Found]:
    """Give each lost half-day (docs/glossary.md), with the cause that was said most often."""
    counted = rows.annotate(counted_cause=cause()).order_by().values("session", "session__starts_at")
    counted = counted.annotate(n=Count("pk"), gone=Count("pk", filter=CAME_TO_NOTHING), causes=ArrayAgg("cause_key"))
    for row in counted.filter(n__gte=BOOKED_AT_LEAST, gone__gte=F("n") / 2.0):
        starts_at = row["session__starts_at"].astimezone(establishment.zone)
        said = Counter(each for each in row["causes"] if each)
        why = min(said, key=lambda each: (-said[each], each)) if said else ObstructionCause.LATE
        half = HalfDay.MORNING if starts_at.hour < MIDDAY else HalfDay.AFTERNOON
        yield Found(
            f"lost:{row['session']}",
            ObstructionKind.LOST_HALF_DAY,
            starts_at.date(),
            half,
            why,
            affected=row["gone"],
            expected=row["n"],
        )


def not_fetched(establishment: Establishment, period: Period) -> Iterator[Found]:
    """Give each publication of a list that the prison's side could not be brought in time."""
    start, end = period.bounds(establishment.zone)
    now = timezone.now()
    silences = list(
        PrisonSilence.objects.filter(prison=establishment.prison, began_at__lt=end, ended_at__gt=start).values_list(
            "began_at", "ended_at"
        )
    )
    link = PrisonLink.objects.filter(pk=establishment.prison, reached_at__lt=now).first()
    if link is not None and link.reached_at is not None:
        silences.append((link.reached_at, now))
    times = list(PublicationTime.objects.filter(establishment=establishment))
    tolerated = timedelta(minutes=settings_of(establishment).silent_minutes)
    found: dict[str, Found] = {}
    for began, ended in silences:
        for day in days_between(establishment.day_of(max(began, start)), establishment.day_of(min(ended, end))):
            for each in times:
                at = at_local(day, each.at, establishment.zone)
                holds = each.since <= day and (each.until is None or day < each.until)
                if holds and began < at and at + tolerated <= ended:
                    half = HalfDay.MORNING if each.at.hour < MIDDAY else HalfDay.AFTERNOON
                    minutes = ceil((ended - at).total_seconds() / 60)
                    key = f"not_fetched:{day}:{each.at:%H:%M}"
                    kind, why = ObstructionKind.NOT_FETCHED, ObstructionCause.LINK
                    found[key] = Found(key, kind, day, half, why, minutes=minutes)
    yield from found.values()


def repeated(establishment: Establishment, period: Period, unit: int | None = None) -> Iterator[Found]:
    """Give each n-th time in a row at which one person was not brought, without having come in between."""
    times = settings_of(establishment).repeated_times
    longer = replace(period, since=period.since - timedelta(days=STREAK_DAYS))
    missed = counting.expected_rows(establishment, longer, unit=unit).filter(~Q(cause_key=""))
    often = missed.order_by().values("detainee").annotate(n=Count("pk")).filter(n__gte=times).values("detainee")
    rows = counting.expected_rows(establishment, longer, unit=unit).filter(detainee__in=often)
    rows = rows.annotate(day=counting.local_day(establishment.zone), from_id=counting.building_id_then())
    rows = rows.order_by("detainee", "starts_at", "pk")
    streak, whose = 0, None
    for one in rows.only("id", "detainee", "status"):
        if one.detainee_id != whose or one.status in counting.AFTER_THE_DOOR:
            streak, whose = 0, one.detainee_id
        noted = told(one)
        if noted.cause_key:
            streak += 1
            if streak % times == 0 and period.since <= noted.day <= period.until:
                yield Found(
                    f"repeated:{one.pk}",
                    ObstructionKind.REPEATED,
                    noted.day,
                    noted.half,
                    noted.cause_key,
                    noted.from_id,
                    affected=streak,
                    detainee_id=one.detainee_id,
                    appointment_id=one.pk,
                )


def visits(establishment: Establishment, period: Period) -> Iterator[Found]:
    """Give each half-day and building in which visits of rounds were prevented, by cause: numbers, and nobody."""
    stands = RoundVisit.objects.standing().filter(establishment=establishment)
    rows = stands.filter(day__gte=period.since, day__lte=period.until)
    expected: Counter[tuple[date, HalfDay, int | None]] = Counter()
    prevented: Counter[tuple[date, HalfDay, int | None, ObstructionCause]] = Counter()
    for on, at, seen_in, outcome, reason in rows.values_list("day", "at", "building", "outcome", "reason"):
        half = half_of(at)
        expected[on, half, seen_in] += 1
        if outcome == VisitOutcome.PREVENTED and VisitReason(reason) in OBSTRUCTING_VISITS:
            prevented[on, half, seen_in, OBSTRUCTING_VISITS[VisitReason(reason)]] += 1
    for (day, half, where, why), number in prevented.items():
        key = f"visits:{day}:{half}:{where or '-'}:{why}"
        whole = expected[day, half, where]
        yield Found(key, ObstructionKind.VISITS, day, half, why, where, affected=number, expected=whole)


def half_of(at: time | None) -> HalfDay:
    if at is None:
        return HalfDay.WHOLE
    return HalfDay.MORNING if at.hour < MIDDAY else HalfDay.AFTERNOON


@dataclass(frozen=True)
class Told:
    """What a query noted on an appointment."""

    cause_key: str
    day: date
    half: str
    from_id: int | None


def told(row: Appointment) -> Told:
    noted = vars(row)
    return Told(noted["cause_key"], noted["day"], noted["half"], noted["from_id"])


def days_between(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))
