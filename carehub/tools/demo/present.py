"""What each party said of the past, and how far today has got at this minute: states of invented appointments.

Nothing is drawn here: all follows from the appointment's own random key and the clock, so that a load stays repeatable.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from appointments.models import Appointment
from appointments.models.enums.appointment import CARE_MAY_SAY, PRISON_MAY_SAY, ChangeKind, NotComeReason, Status

# Refusals younger than this wait to be verified; of the older ones most were confirmed, the others denied.
VERIFIED_AFTER_DAYS = 4
CONFIRMED = 80
# Of those whom officers bring, so many out of 100 do not come in the end, and nobody knows why.
MISSED_TODAY = 5
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


def steps_until(now: datetime, one: Appointment, *, delay: int) -> list[DoneStep]:
    """Return what has been done by `now` to an appointment of today; `delay` is its agenda's, in minutes.

    Whom officers cannot bring is recorded as not come with what they declared, some minutes after their time.
    """
    drawn = one.pk.int
    if one.floor_impediment or drawn % 100 < MISSED_TODAY:
        said = {"not_come_declared": one.declared, "not_come_reason": "" if one.declared else NotComeReason.NO_REASON}
        steps = [DoneStep(ChangeKind.NOT_COME, one.starts_at + RECORDED_AFTER, {"status": Status.NOT_COME, **said})]
        return [step for step in steps if step.at <= now]
    begins = one.starts_at + timedelta(minutes=delay)
    came = begins - timedelta(minutes=3 + drawn // 100 % 20)
    # A minute between two people, so that nobody sees two at once.
    ends = one.ends_at + timedelta(minutes=delay - 1)
    steps = [
        arrival(came),
        DoneStep(ChangeKind.STARTED, begins, {"status": Status.IN_CONSULTATION, "started_at": begins}),
        DoneStep(ChangeKind.SEEN, ends, {"status": Status.SEEN, "ended_at": ends}),
    ]
    return [step for step in steps if step.at <= now]


def arrival(at: datetime) -> DoneStep:
    return DoneStep(ChangeKind.ARRIVED, at, {"status": Status.ARRIVED, "arrived_at": at})
