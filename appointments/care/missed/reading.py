"""Who did not come: refusals to verify, yesterday's absences, outcomes that nobody recorded. Reads only.

How figures count (appointments.models.Appointment.cause): by what care verified, else by what the prison declared.
A refusal that the prison declared and care has not verified is counted apart, as "to verify", never as a refusal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from access.models import Establishment
from appointments.arithmetic.timegrid import local_midnights
from appointments.booking.summonses import summons_numbers
from appointments.care.waiting import counts_of
from appointments.models import Appointment
from appointments.models.appointment import CONFIRMED_REFUSAL, AppointmentQuerySet
from appointments.models.enums.appointment import NotComeReason, Status
from appointments.rights import Rights

# Older refusals are no longer asked about, and older outcomes no longer asked for: nobody would remember.
DAYS_TO_VERIFY = 60
DAYS_TO_RECORD = 30
# The last day on which the unit worked: over a long weekend that is not yesterday.
DAYS_BACK = 7
SHOWN = 200
# Nine buttons each: more would bury what else is to be done.
SHOWN_TO_ASK = 20
STILL_OPEN = (Status.BOOKED, Status.ARRIVED, Status.IN_CONSULTATION)


@dataclass(frozen=True)
class Missed:
    to_verify: Sequence[Appointment]
    # The latest of the confirmed refusals whose cause nobody has asked, and how many there are.
    to_ask: Sequence[Appointment]
    asking: int
    day: date | None
    not_come: Sequence[Appointment]
    without_outcome: Sequence[Appointment]
    numbers: dict[UUID, int]


@dataclass(frozen=True)
class MissedCounts:
    to_verify: int
    to_ask: int
    not_come: int
    without_outcome: int

    @property
    def total(self) -> int:
        return self.to_verify + self.to_ask + self.not_come + self.without_outcome


def read_missed(rights: Rights) -> Missed:
    """Return the three lists; the queries do not depend on how many people they hold."""
    rows, establishment = _bookable(rights), rights.establishment
    day = last_working_day(rows, establishment)
    shown = _with_all(rows)
    to_verify = list(_to_verify(shown).order_by("-starts_at", "id")[:SHOWN])
    to_ask = list(_to_ask(shown).order_by("-starts_at", "id")[:SHOWN_TO_ASK])
    not_come = list(_not_come_on(shown, day, establishment).order_by("starts_at", "id")[:SHOWN])
    open_ones = list(_without_outcome(shown, establishment).order_by("starts_at", "id")[:SHOWN])
    return Missed(
        to_verify=to_verify,
        to_ask=to_ask,
        asking=_to_ask(rows).count(),
        day=day,
        not_come=not_come,
        without_outcome=open_ones,
        numbers=summons_numbers(one.pk for one in [*to_verify, *to_ask, *not_come, *open_ones]),
    )


def count_missed(rights: Rights) -> MissedCounts:
    """Return how many each list holds. Two queries."""
    rows, establishment = _bookable(rights), rights.establishment
    day = last_working_day(rows, establishment)
    counted = counts_of(
        {
            "to_verify": _to_verify(rows),
            "to_ask": _to_ask(rows),
            "not_come": _not_come_on(rows, day, establishment).exclude(_is_summoned_again()),
            "without_outcome": _without_outcome(rows, establishment),
        }
    )
    return MissedCounts(**counted)


def last_working_day(rows: AppointmentQuerySet, establishment: Establishment) -> date | None:
    """Return the last day before today on which somebody was expected, None when there was none this week."""
    start, _end = _today(establishment)
    past = rows.filter(starts_at__lt=start, starts_at__gte=start - timedelta(days=DAYS_BACK))
    last = past.exclude(status=Status.CANCELLED).order_by("-starts_at").values_list("starts_at", flat=True).first()
    return None if last is None else establishment.day_of(last)


def _bookable(rights: Rights) -> AppointmentQuerySet:
    return Appointment.objects.filter(establishment=rights.establishment, agenda__in=rights.bookable_keys)


def _with_all(rows: AppointmentQuerySet) -> AppointmentQuerySet:
    return rows.with_names().annotate(is_summoned_again=_is_summoned_again())


def _is_summoned_again() -> Exists:
    return Exists(Appointment.objects.filter(follows=OuterRef("pk")).exclude(status=Status.CANCELLED))


def _to_verify(rows: AppointmentQuerySet) -> AppointmentQuerySet:
    """A refusal that the prison declares and about which care has said nothing yet."""
    since = timezone.now() - timedelta(days=DAYS_TO_VERIFY)
    return rows.declared_as(NotComeReason.REFUSAL_REPORTED).filter(
        status=Status.NOT_COME, not_come_reason__in=["", NotComeReason.NO_REASON], starts_at__gte=since
    )


def _to_ask(rows: AppointmentQuerySet) -> AppointmentQuerySet:
    """A confirmed refusal of somebody who is still there, whom nobody has asked why."""
    since = timezone.now() - timedelta(days=DAYS_TO_VERIFY)
    here = rows.filter(CONFIRMED_REFUSAL, refusal_cause="", detainee__released_on__isnull=True)
    return here.filter(starts_at__gte=since)


def _not_come_on(rows: AppointmentQuerySet, day: date | None, establishment: Establishment) -> AppointmentQuerySet:
    if day is None:
        return rows.none()
    start, end = local_midnights(day, establishment.zone)
    return rows.filter(status=Status.NOT_COME, starts_at__gte=start, starts_at__lt=end)


def _without_outcome(rows: AppointmentQuerySet, establishment: Establishment) -> AppointmentQuerySet:
    start, _end = _today(establishment)
    return rows.filter(
        Q(status__in=STILL_OPEN), starts_at__lt=start, starts_at__gte=start - timedelta(days=DAYS_TO_RECORD)
    )


def _today(establishment: Establishment) -> tuple[datetime, datetime]:
    return local_midnights(establishment.today(), establishment.zone)
