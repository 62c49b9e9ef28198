"""Reads in one statement all that a time in an agenda is judged by. The verb holds the locks, and judges."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from access.models import User
from access.written import told
from appointments.arithmetic.timegrid import Interval
from appointments.booking.guards import require_right
from appointments.models import Agenda, ConsultationSession, Detainee, Hold
from appointments.openings.brought import Brought
from appointments.projection import Schedule
from appointments.rights import Rights

READ = "SELECT appointments_at_hand(%s, %s, %s, %s, %s::uuid[], %s, %s)"
# What is at hand is asked once the locks are there, and sees what was committed by then: both are VOLATILE.
HOLD_AND_READ = (
    "SELECT appointments_rights(%s, %s), held,"
    " CASE WHEN held IS NOT NULL THEN appointments_at_hand(%s, %s, %s, %s, %s::uuid[], %s, %s) END"
    " FROM (SELECT appointments_hold_to_book(%s, %s, %s) AS held OFFSET 0) locks"
)


class Held(NamedTuple):
    """An appointment that holds its place in a session."""

    starts_at: datetime
    ends_at: datetime
    shares_time: bool
    key: UUID

    @property
    def hours(self) -> Interval:
        return self.starts_at, self.ends_at


@dataclass(frozen=True)
class AtHand:
    """A session and what stands in it and against it, as it is once the agenda is locked."""

    session: ConsultationSession
    # Who is expected in the session, without those who leave in the same transaction.
    held: list[Held]
    # When the person is expected elsewhere or here during the session; read where it is shared.
    expected: list[Interval]
    absences: list[Interval]
    closures: list[Interval]
    brought: Brought
    schedule: Schedule

    @property
    def away(self) -> list[Interval]:
        return self.absences + self.closures


def read_at_hand(
    agenda: Agenda,
    at: datetime,
    *,
    person: Detainee,
    leaving: Collection[UUID] = (),
    limited: bool,
    alone: bool = False,
) -> AtHand | None:
    """Return what a time in `agenda` is judged by; None where no session is open then. One query.

    With `limited`, nobody else takes a place among those whom officers can bring, until the transaction ends: the
    caller holds the people and the agendas, and that lock is the last. `alone` says that the transaction puts one
    person at one time and does nothing else: then it holds no other hours than it needs.
    """
    with connection.cursor() as cursor:
        cursor.execute(READ, values_of(agenda, at, person=person, leaving=leaving, limited=limited, alone=alone))
        [[found]] = cursor.fetchall()
    return told_at_hand(agenda, found, limited=limited)


def hold_and_read(
    agenda: Agenda, at: datetime, *, by: User, person: Detainee, limited: bool, alone: bool
) -> tuple[Detainee, AtHand | None]:
    """Take all that one booking locks: arrival times, person, agenda; then read as `read_at_hand`. One query.

    Return the person as they are by then, and what was read. Raises BookingRefused where `by` may not book in the
    agenda, and Hold.DoesNotExist rather than go on without a lock.
    """
    place = agenda.establishment
    values = values_of(agenda, at, person=person, leaving=(), limited=limited, alone=alone)
    with connection.cursor() as cursor:
        cursor.execute(HOLD_AND_READ, [by.pk, place.pk, *values, place.pk, person.pk, agenda.pk])
        [[rights, held, found]] = cursor.fetchall()
    require_right(Rights(by, place, answer=rights), agenda)
    if held is None:
        raise Hold.DoesNotExist(f"{place} has no row to hold its arrival times.")
    if held[0] is None:
        raise Detainee.DoesNotExist(person.pk)
    there = told(Detainee, held[0])
    if there.establishment_id == place.pk:
        there.establishment = place
    return there, told_at_hand(agenda, found, limited=limited)


def values_of(
    agenda: Agenda, at: datetime, *, person: Detainee, leaving: Collection[UUID], limited: bool, alone: bool
) -> list[Any]:
    return [agenda.establishment_id, agenda.pk, at, person.pk, list(leaving), limited, alone]


def told_at_hand(agenda: Agenda, found: dict[str, Any] | None, *, limited: bool) -> AtHand | None:
    if found is None:
        return None
    place, session = agenda.establishment, told(ConsultationSession, found["session"])
    session.agenda = agenda
    arrivals = [(time.fromisoformat(each), most) for each, most in found["arrivals"] or ()]
    most = {each: number for each, number in arrivals if number is not None} if limited else {}
    called = {datetime.fromisoformat(each): people for each, people in found["called"] or ()}
    publications = ((time.fromisoformat(each), *days(terms)) for each, *terms in found["publications"] or ())
    return AtHand(
        session=session,
        held=[Held(*interval(hours), shares, UUID(key)) for *hours, shares, key in found["held"] or ()],
        expected=intervals(found["expected"]),
        absences=intervals(found["absences"]),
        closures=intervals(found["closures"]),
        brought=Brought(place.zone, [each for each, _most in arrivals], most, called),
        schedule=Schedule.of_terms(place, publications),
    )


def intervals(found: Any) -> list[Interval]:
    return [interval(hours) for hours in found or ()]


def interval(hours: Collection[str]) -> Interval:
    start, end = map(datetime.fromisoformat, hours)
    return start, end


def days(terms: Sequence[str]) -> tuple[date, date | None]:
    since, until = terms
    return date.fromisoformat(since), date.fromisoformat(until) if until else None
