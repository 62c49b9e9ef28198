"""What each party said of the past, and how far today has got at this minute: states of invented appointments.

Nothing is drawn here: all follows from the appointment's own random key and the clock, so that a load stays repeatable.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from access.models import Establishment
from appointments.arithmetic.timegrid import local_midnights
from appointments.models import Appointment
from appointments.models.enums.appointment import (
    CARE_MAY_SAY,
    PRISON_MAY_SAY,
    ChangeKind,
    NotComeReason,
    RefusalCause,
    Status,
)
from appointments.models.enums.planning import Discipline
from carehub.tools.demo.queues import Passage, QueuedCall

# Refusals younger than this wait to be verified; of the older ones most were confirmed, the others denied.
VERIFIED_AFTER_DAYS = 4
CONFIRMED = 80
# Of those whom officers bring, so many out of 100 are not seen in the end, and nobody knows why.
MISSED_TODAY = 5
# Why people refused, of those whose refusal care confirmed.
REFUSAL_CAUSES = {
    RefusalCause.FEELS_BETTER: 34,
    RefusalCause.OTHER: 20,
    RefusalCause.WAITED: 16,
    RefusalCause.TOLD_LATE: 12,
    RefusalCause.OFFICER_PRESENT: 8,
    RefusalCause.IDENTIFIED: 6,
    RefusalCause.RESTRAINTS: 4,
}
RECORDED_AFTER = timedelta(minutes=20)


class Words(NamedTuple):
    """What the prison declared, and what care verified."""

    declared: str
    verified: str


class DoneStep(NamedTuple):
    what: ChangeKind
    at: datetime
    fields: dict[str, Any]


def who_said_what(reason: NotComeReason | None, key: UUID, *, days_ago: int) -> Words:
    """Return the reason of a missed visit as the two parties know it."""
    if reason is None:
        return Words("", "")
    if reason == NotComeReason.REFUSAL_CONFIRMED:
        return Words(NotComeReason.REFUSAL_REPORTED, reason)
    if reason == NotComeReason.REFUSAL_REPORTED and days_ago > VERIFIED_AFTER_DAYS:
        is_confirmed = key.int % 100 < CONFIRMED
        return Words(reason, NotComeReason.REFUSAL_CONFIRMED if is_confirmed else NotComeReason.NOT_CALLED)
    if reason in CARE_MAY_SAY:
        return Words("", reason)
    assert reason in PRISON_MAY_SAY  # noqa: S101 the simulation's list
    return Words(reason, "")


def refusal_cause(key: UUID, verified: str) -> str:
    """Return why somebody refused, as care heard it from them; empty where nothing was confirmed."""
    if verified != NotComeReason.REFUSAL_CONFIRMED:
        return ""
    drawn = Random(key.int)  # noqa: S311 invented people
    return drawn.choices(list(REFUSAL_CAUSES), list(REFUSAL_CAUSES.values()))[0]


def todays_appointments(establishment: Establishment, *, today: date) -> list[Appointment]:
    """Return who is booked today, in the order in which they are to be seen."""
    start, end = local_midnights(today, establishment.zone)
    found = Appointment.objects.filter(
        establishment=establishment, status=Status.BOOKED, starts_at__gte=start, starts_at__lt=end
    )
    return list(found.select_related("agenda", "kind", "movement", "booked_by").order_by("starts_at", "id"))


def is_missed(one: Appointment) -> bool:
    """Whether the person goes back unseen."""
    return one.pk.int % 100 < MISSED_TODAY


def call_of(one: Appointment) -> QueuedCall:
    """Return the call of somebody whom officers bring."""
    # Who shares the time of a session with others stands there for all of it.
    length = one.kind.length if one.shares_time else one.ends_at - one.starts_at
    minutes = 0 if is_missed(one) else length.total_seconds() / 60
    building = one.movement.building_id if one.movement is not None else None
    discipline = Discipline(one.kind.discipline)
    return QueuedCall(
        one.pk.int, one.called_at, one.starts_at, minutes, discipline, agenda=one.agenda_id, building=building
    )


def steps_until(now: datetime, one: Appointment, passage: Passage | None) -> list[DoneStep]:
    """Return what care has noted by `now` of an appointment of today.

    Whom officers cannot bring, and so without a passage, is recorded as not come with what they declared, some minutes
    after their time.
    """
    if passage is None or is_missed(one):
        said = {"not_come_declared": one.declared, "not_come_reason": "" if one.declared else NotComeReason.NO_REASON}
        steps = [DoneStep(ChangeKind.NOT_COME, one.starts_at + RECORDED_AFTER, {"status": Status.NOT_COME, **said})]
        return [step for step in steps if step.at <= now]
    started, ended = passage.started, passage.ended
    steps = [
        arrival(min(passage.arrived + timedelta(minutes=1), started)),
        DoneStep(ChangeKind.STARTED, started, {"status": Status.IN_CONSULTATION, "started_at": started}),
        DoneStep(ChangeKind.SEEN, ended, {"status": Status.SEEN, "ended_at": ended}),
    ]
    return [step for step in steps if step.at <= now]


def arrival(at: datetime) -> DoneStep:
    return DoneStep(ChangeKind.ARRIVED, at, {"status": Status.ARRIVED, "arrived_at": at})
