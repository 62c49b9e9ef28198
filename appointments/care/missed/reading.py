"""Who did not come: refusals to verify, yesterday's absences, outcomes that nobody recorded. Reads only.

How figures count (appointments.models.Appointment.cause): by what care verified, else by what the prison declared.
A refusal that the prison declared and care has not verified is counted apart, as "to verify", never as a refusal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from access.kept_texts import KeptText
from access.models import Establishment
from appointments.arithmetic.timegrid import local_midnights
from appointments.booking.summonses import summons_numbers
from appointments.care.waiting import counted, parts_of
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
    establishment, now, here = rights.establishment, timezone.now(), _bookable(rights)
    day = last_working_day(rights)
    to_verify = SHOWN_TO_VERIFY.objects(**here, now=now)
    to_ask = SHOWN_ASKED.objects(**here, now=now)
    start, end = local_midnights(day or establishment.today(), establishment.zone)
    not_come = SHOWN_NOT_COME.objects(**here, start=start, end=end) if day else []
    open_ones = SHOWN_OPEN.objects(**here, today=_today(establishment)[0])
    return Missed(
        to_verify=to_verify,
        to_ask=to_ask,
        asking=counted(parts_of({"asking": COUNTED["to_ask"]}, **here, now=now))["asking"],
        day=day,
        not_come=not_come,
        without_outcome=open_ones,
        numbers=summons_numbers(one.pk for one in [*to_verify, *to_ask, *not_come, *open_ones]),
    )


def count_missed(rights: Rights) -> MissedCounts:
    """Return how many each list holds. Two queries."""
    here, today = rights.establishment, _today(rights.establishment)[0]
    day = last_working_day(rights)
    # Where nobody was expected this week, nobody is looked for: before all of it.
    start, end = local_midnights(day, here.zone) if day else (today, today)
    asked = {**_bookable(rights), "today": today, "now": timezone.now()}
    return MissedCounts(**counted(parts_of(COUNTED, **asked, start=start, end=end)))


def last_working_day(rights: Rights) -> date | None:
    """Return the last day before today on which somebody was expected, None when there was none this week."""
    last = LAST.read(**_bookable(rights), today=_today(rights.establishment)[0])
    return rights.establishment.day_of(last[0][0]) if last else None


def _expected_before(rows: AppointmentQuerySet, today: datetime) -> QuerySet[Appointment, datetime]:
    past = rows.filter(starts_at__lt=today, starts_at__gte=today - timedelta(days=DAYS_BACK))
    return past.exclude(status=Status.CANCELLED).order_by("-starts_at").values_list("starts_at", flat=True)


def _bookable(rights: Rights) -> dict[str, Any]:
    """Return what the sets below are asked with: the house, and the agendas in which the person books."""
    return {"place": rights.establishment.pk, "agendas": sorted(rights.bookable_keys)}


def _in_agendas(place: int, agendas: list[int]) -> AppointmentQuerySet:
    return Appointment.objects.filter(establishment=place, agenda__pk__among=agendas)


def _with_all(rows: AppointmentQuerySet) -> AppointmentQuerySet:
    return rows.with_names().annotate(is_summoned_again=_is_summoned_again())


def _is_summoned_again() -> Exists:
    return Exists(Appointment.objects.filter(follows=OuterRef("pk")).exclude(status=Status.CANCELLED))


def _to_verify(rows: AppointmentQuerySet, *, now: datetime) -> AppointmentQuerySet:
    """A refusal that the prison declares and about which care has said nothing yet."""
    since = now - timedelta(days=DAYS_TO_VERIFY)
    return rows.declared_as(NotComeReason.REFUSAL_REPORTED).filter(
        status=Status.NOT_COME, not_come_reason__in=["", NotComeReason.NO_REASON], starts_at__gte=since
    )


def _to_ask(rows: AppointmentQuerySet, *, now: datetime) -> AppointmentQuerySet:
    """A confirmed refusal of somebody who is still there, whom nobody has asked why."""
    since = now - timedelta(days=DAYS_TO_VERIFY)
    here = rows.filter(CONFIRMED_REFUSAL, refusal_cause="", detainee__released_on__isnull=True)
    return here.filter(starts_at__gte=since)


def _not_come(rows: AppointmentQuerySet, *, start: datetime, end: datetime) -> AppointmentQuerySet:
    return rows.filter(status=Status.NOT_COME, starts_at__gte=start, starts_at__lt=end)


def _without_outcome(rows: AppointmentQuerySet, *, today: datetime) -> AppointmentQuerySet:
    return rows.filter(
        Q(status__in=STILL_OPEN), starts_at__lt=today, starts_at__gte=today - timedelta(days=DAYS_TO_RECORD)
    )


def _missed_then(place: int, agendas: list[int], start: datetime, end: datetime) -> AppointmentQuerySet:
    return _not_come(_in_agendas(place, agendas), start=start, end=end).exclude(_is_summoned_again())


# Django takes longer to write these than the database to answer them, and each page of today asks.
OF_AGENDAS: dict[str, Any] = {"keys": ["place"], "lists": ["agendas"]}
LAST = KeptText(
    lambda place, agendas, today: _expected_before(_in_agendas(place, agendas), today)[:1],
    instants=["today"],
    **OF_AGENDAS,
)
COUNTED = {
    "to_verify": KeptText(
        lambda place, agendas, now: _to_verify(_in_agendas(place, agendas), now=now),
        instants=["now"],
        **OF_AGENDAS,
    ),
    "to_ask": KeptText(
        lambda place, agendas, now: _to_ask(_in_agendas(place, agendas), now=now),
        instants=["now"],
        **OF_AGENDAS,
    ),
    "not_come": KeptText(_missed_then, instants=["start", "end"], **OF_AGENDAS),
    "without_outcome": KeptText(
        lambda place, agendas, today: _without_outcome(_in_agendas(place, agendas), today=today),
        instants=["today"],
        **OF_AGENDAS,
    ),
}


def _all_in(place: int, agendas: list[int]) -> AppointmentQuerySet:
    return _with_all(_in_agendas(place, agendas))


SHOWN_TO_VERIFY = KeptText(
    lambda place, agendas, now: _to_verify(_all_in(place, agendas), now=now).order_by("-starts_at", "id")[:SHOWN],
    instants=["now"],
    **OF_AGENDAS,
)
SHOWN_ASKED = KeptText(
    lambda place, agendas, now: _to_ask(_all_in(place, agendas), now=now).order_by("-starts_at", "id")[:SHOWN_TO_ASK],
    instants=["now"],
    **OF_AGENDAS,
)
SHOWN_NOT_COME = KeptText(
    lambda place, agendas, start, end: _not_come(_all_in(place, agendas), start=start, end=end).order_by(
        "starts_at", "id"
    )[:SHOWN],
    instants=["start", "end"],
    **OF_AGENDAS,
)
SHOWN_OPEN = KeptText(
    lambda place, agendas, today: _without_outcome(_all_in(place, agendas), today=today).order_by("starts_at", "id")[
        :SHOWN
    ],
    instants=["today"],
    **OF_AGENDAS,
)


def _today(establishment: Establishment) -> tuple[datetime, datetime]:
    return local_midnights(establishment.today(), establishment.zone)
