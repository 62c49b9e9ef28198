"""What each party said of the past, and how far today has got at this minute: states of invented appointments.

Nothing is drawn here: all follows from the appointment's own random key and the clock, so that a load stays repeatable.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from math import exp, log
from statistics import NormalDist
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
# Why people refuse; of one in four nobody has asked.
REFUSAL_CAUSES = (
    RefusalCause.FEELS_BETTER,
    RefusalCause.WAITED,
    "",
    RefusalCause.TOLD_LATE,
    RefusalCause.IDENTIFIED,
    RefusalCause.OFFICER_PRESENT,
    "",
    RefusalCause.RESTRAINTS,
    RefusalCause.OTHER,
    RefusalCause.WAITED,
    RefusalCause.OTHER_SEX,
    "",
)
# Of those who were seen care noted the times of so many out of 100. Half come within twelve minutes of their time, one
# in ten later than three quarters of an hour (the domain's figures: log-normal).
NOTED = 78
MEDIAN_DELAY, SPREAD_OF_DELAYS, LONGEST_DELAY = 12, 1.03, 110
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


def cause_of(words: Words, key: UUID) -> str:
    """Return why a confirmed refusal was one; "" where nobody has asked yet."""
    if words.verified != NotComeReason.REFUSAL_CONFIRMED:
        return ""
    return REFUSAL_CAUSES[key.int // 100 % len(REFUSAL_CAUSES)]


def marks_of(key: UUID, called_at: datetime, starts_at: datetime, length: timedelta) -> dict[str, datetime]:
    """Return when care saw somebody come and consulted them, on a day that is over; nothing where nobody noted it."""
    if key.int // 1_000 % 100 >= NOTED:
        return {}
    drawn = (key.int // 1_000_000 % 998 + 1) / 1_000
    late = exp(log(MEDIAN_DELAY) + SPREAD_OF_DELAYS * NormalDist().inv_cdf(drawn))
    arrived = called_at + timedelta(minutes=min(round(late), LONGEST_DELAY))
    started = max(arrived + timedelta(minutes=4), starts_at)
    return {"arrived_at": arrived, "started_at": started, "ended_at": started + length}


def todays_appointments(establishment: Establishment, *, today: date) -> list[Appointment]:
    """Return who is booked today, in the order in which they are to be seen."""
    start, end = local_midnights(today, establishment.zone)
    found = Appointment.objects.filter(
        establishment=establishment, status=Status.BOOKED, starts_at__gte=start, starts_at__lt=end
    )
    return list(found.select_related("agenda", "kind", "movement__building", "booked_by").order_by("starts_at", "id"))


def is_missed(one: Appointment) -> bool:
    """Whether the person goes back unseen."""
    return one.pk.int % 100 < MISSED_TODAY


def call_of(one: Appointment) -> QueuedCall:
    """Return the call of somebody whom officers bring."""
    # Who shares the time of a session with others stands there for all of it.
    length = one.kind.length if one.shares_time else one.ends_at - one.starts_at
    minutes = 0 if is_missed(one) else length.total_seconds() / 60
    # By its name: the database counts keys on, and a second load would have other hours.
    building = one.movement.building.name if one.movement is not None else None
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
