"""What the officers of one invented establishment have recorded by this hour: taps, an impediment, alerts, a freeze."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.utils import timezone

from access.models import Building, Establishment, User
from appointments.models import Alert, Detainee, Freeze, Movement, MovementEvent
from appointments.models.enums.movement import FreezeReason, Impediment, MovementState, Urgency

# How a called person comes: minutes after the arrival time at which each step is usually recorded.
STEPS = (
    (MovementState.CALLED, -15),
    (MovementState.LEFT, -5),
    (MovementState.ARRIVED, 8),
    (MovementState.BACK, 55),
)
# One line in so many is late, or not brought.
ONE_LATE_IN, ONE_IMPEDED_IN, ONE_ALERT_IN = 9, 16, 211
REASONS = (
    Impediment.VISIT,
    Impediment.NO_REASON,
    Impediment.WORK,
    Impediment.REFUSAL_REPORTED,
    Impediment.STAFF,
    Impediment.ACTIVITY,
)


def write_desk(establishment: Establishment, *, today: date, officer: User, buildings: Iterable[Building]) -> None:
    lines = [
        line
        for line in Movement.objects.filter(establishment=establishment).select_related("building")
        if is_seen(line)
    ]
    now = timezone.now()
    shown = [line for line in lines if establishment.day_of(line.expected_at) == today]
    shown.sort(key=lambda line: (line.expected_at, line.register_number))
    events = [event for line in shown for event in record(line, officer, now)]
    if not any(line.state in {MovementState.CALLED, MovementState.ARRIVED} for line in shown):
        # Before the first call, too, somebody is on the way: no hour shows an idle desk.
        events += [event for line in shown[:4] for event in bring(line, officer, now - timedelta(minutes=4))]
    MovementEvent.objects.bulk_create(events)
    Movement.objects.bulk_update(shown, ["state", "state_at", "impediment"])
    first = sorted(buildings, key=lambda each: each.name)[0]
    write_alerts(establishment, officer, now, first)
    write_past_freeze(establishment, officer, now, first)


def drawn_for(line: Movement) -> int:
    """Return the number that decides about a line: the same in every load, which the line's own key is not."""
    return int(hashlib.sha256(f"{line.register_number} {line.expected_at:%Y-%m-%d %H:%M}".encode()).hexdigest(), 16)


def is_seen(line: Movement) -> bool:
    return line.visible_from is None and line.withdrawn_from is None


def record(line: Movement, officer: User, now: datetime) -> list[MovementEvent]:
    drawn = drawn_for(line)
    if drawn % ONE_IMPEDED_IN == 0:
        reason = REASONS[drawn // ONE_IMPEDED_IN % len(REASONS)]
        at = line.expected_at - timedelta(minutes=20)
        return [tap(line, officer, MovementState.IMPEDED, min(at, now - timedelta(minutes=2)), reason)]
    steps = STEPS[:1] if drawn % ONE_LATE_IN == 0 and line.expected_at > now - timedelta(hours=1) else STEPS
    past = [(state, line.expected_at + timedelta(minutes=minutes + drawn % 7 - 3)) for state, minutes in steps]
    return [tap(line, officer, state, at) for state, at in past if at <= now]


def bring(line: Movement, officer: User, at: datetime) -> list[MovementEvent]:
    """Call somebody who is still expected, and let some arrive."""
    if line.state != MovementState.EXPECTED:
        return []
    steps = STEPS[: drawn_for(line) % 3 + 1]
    return [tap(line, officer, state, at + timedelta(minutes=number)) for number, (state, _late) in enumerate(steps)]


def tap(line: Movement, officer: User, state: MovementState, at: datetime, impediment: str = "") -> MovementEvent:
    """Leave the line in that state, and return the event that says so."""
    line.state, line.state_at, line.impediment = state, at, impediment
    return MovementEvent(
        establishment_id=line.establishment_id,
        register_number=line.register_number,
        expected_at=line.expected_at,
        state=state,
        impediment=impediment,
        at=at,
        by=officer,
    )


def write_alerts(establishment: Establishment, officer: User, now: datetime, building: Building) -> None:
    present = Detainee.objects.filter(establishment=establishment).present().select_related("building").order_by("pk")
    chosen = [person for person in present if person.pk.int % ONE_ALERT_IN == 0][:2]
    for number, person in enumerate(chosen):
        Alert.objects.create(
            id=uuid.uuid5(person.pk, "alert"),
            establishment=establishment,
            building=person.building or building,
            register_number=person.register_number,
            last_name=person.last_name,
            first_name=person.first_name,
            urgency=Urgency.NOW if number else Urgency.TODAY,
            raised_at=now - timedelta(minutes=35 - 23 * number),
            raised_by=officer,
        )


def write_past_freeze(establishment: Establishment, officer: User, now: datetime, building: Building) -> None:
    frozen = now - timedelta(days=1, minutes=40)
    Freeze.objects.create(
        establishment=establishment,
        building=building,
        reason=FreezeReason.INCIDENT,
        frozen_at=frozen,
        lifted_at=frozen + timedelta(minutes=30),
        frozen_by=officer,
        lifted_by=officer,
    )
