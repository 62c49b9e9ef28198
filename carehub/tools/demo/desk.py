"""What the officers of one invented establishment have recorded by this hour: taps, an impediment, alerts, a freeze.

Taps are written on both sides as the courier leaves them; alerts and freezes at the prison side, whence the courier's
first round brings them.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from access.models import Building, Establishment, User
from appointments.models import Detainee, Movement, MovementEvent
from appointments.models.enums.movement import FreezeReason, Impediment, MovementState, Urgency
from appointments.models.enums.planning import Discipline
from appointments.prison.models import LineState, PrisonAlert, PrisonFreeze
from appointments.prison.models.tap import HOURS_SHOWN
from carehub.tools.demo.present import call_of, todays_appointments
from carehub.tools.demo.queues import Passage, QueuedCall, passages

STEPS = (MovementState.CALLED, MovementState.LEFT, MovementState.ARRIVED, MovementState.BACK)
# One line in so many is not brought.
ONE_IMPEDED_IN, ONE_ALERT_IN = 16, 211
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
    impeded = {line.pk for line in shown if is_impeded(line)}
    passed = passages_of_lines(establishment, today=today, impeded=impeded)
    events = [event for line in shown for event in record(line, now, passed.get(line.pk, []))]
    if not any(line.state in {MovementState.CALLED, MovementState.ARRIVED} for line in shown):
        # Before the first call, too, somebody is on the way: no hour shows an idle desk.
        events += [event for line in shown[:4] for event in bring(line, now - timedelta(minutes=4))]
    MovementEvent.objects.bulk_create(events)
    Movement.objects.bulk_update(shown, ["state", "state_at", "impediment"])
    LineState.objects.using(establishment.prison).bulk_create(states(shown, events, today=today))
    first = sorted(buildings, key=lambda each: each.name)[0]
    write_alerts(establishment, officer, now, first)
    write_past_freeze(establishment, officer, now, first)


def drawn_for(line: Movement) -> int:
    """Return the number that decides about a line: the same in every load, which the line's own key is not."""
    return int(hashlib.sha256(f"{line.register_number} {line.expected_at:%Y-%m-%d %H:%M}".encode()).hexdigest(), 16)


def is_seen(line: Movement) -> bool:
    return line.visible_from is None and line.withdrawn_from is None


def is_impeded(line: Movement) -> bool:
    """Whether the person is not brought."""
    return drawn_for(line) % ONE_IMPEDED_IN == 0


def passages_of_lines(establishment: Establishment, *, today: date, impeded: set[UUID]) -> dict[UUID, list[Passage]]:
    """Return how the people of each line pass through the unit: once an appointment."""
    booked = [one for one in todays_appointments(establishment, today=today) if one.movement_id not in impeded]
    done = passages(map(call_of, booked))
    by_line: dict[UUID, list[Passage]] = defaultdict(list)
    for one in booked:
        if one.movement_id is not None:
            by_line[one.movement_id].append(done[one.pk.int])
    return by_line


def steps_of(line: Movement, passed: list[Passage]) -> list[tuple[MovementState, datetime]]:
    """Return when officers record each step; a departure to hospital has no appointment, and looks like one."""
    those = passed or [*passages([departure(line, drawn_for(line))]).values()]
    first, last = min(those, key=lambda one: one.arrived), max(those, key=lambda one: one.back)
    return list(zip(STEPS, (first.told, first.left, first.arrived, last.back), strict=True))


def departure(line: Movement, key: int) -> QueuedCall:
    starts = line.expected_at + timedelta(minutes=15)
    return QueuedCall(key, line.expected_at, starts, 20, Discipline.GENERAL, agenda=key, building=key)


def record(line: Movement, now: datetime, passed: list[Passage]) -> list[MovementEvent]:
    if is_impeded(line):
        reason = REASONS[drawn_for(line) // ONE_IMPEDED_IN % len(REASONS)]
        at = line.expected_at - timedelta(minutes=20)
        return [tap(line, MovementState.IMPEDED, min(at, now - timedelta(minutes=2)), reason)]
    return [tap(line, state, at) for state, at in steps_of(line, passed) if at <= now]


def bring(line: Movement, at: datetime) -> list[MovementEvent]:
    """Call somebody who is still expected, and let some arrive."""
    if line.state != MovementState.EXPECTED:
        return []
    steps = STEPS[: drawn_for(line) % 3 + 1]
    return [tap(line, state, at + timedelta(minutes=number)) for number, state in enumerate(steps)]


def tap(line: Movement, state: MovementState, at: datetime, impediment: str = "") -> MovementEvent:
    """Leave the line in that state, and return the event that says so."""
    line.state, line.state_at, line.impediment = state, at, impediment
    return MovementEvent(
        establishment_id=line.establishment_id,
        register_number=line.register_number,
        expected_at=line.expected_at,
        state=state,
        impediment=impediment,
        at=at,
    )


def states(lines: Iterable[Movement], events: Iterable[MovementEvent], *, today: date) -> list[LineState]:
    """Return where each line stands at the prison side after its `events`, which come in their order."""
    taps = defaultdict(list)
    for event in events:
        taps[event.register_number, event.expected_at].append(event)
    found = []
    for line in lines:
        if own := taps[line.register_number, line.expected_at]:
            before = own[-2].state if len(own) > 1 else MovementState.EXPECTED
            found.append(
                LineState(
                    line=line.pk,
                    establishment_id=line.establishment_id,
                    day=today,
                    state=line.state,
                    impediment=line.impediment,
                    at=line.state_at if line.state in HOURS_SHOWN else None,
                    previous_state=before,
                )
            )
    return found


def write_alerts(establishment: Establishment, officer: User, now: datetime, building: Building) -> None:
    present = Detainee.objects.filter(establishment=establishment).present().select_related("building").order_by("pk")
    chosen = [person for person in present if person.pk.int % ONE_ALERT_IN == 0][:2]
    for number, person in enumerate(chosen):
        PrisonAlert.objects.using(establishment.prison).create(
            id=uuid.uuid5(person.pk, "alert"),
            establishment_id=establishment.pk,
            building_id=(person.building or building).pk,
            register_number=person.register_number,
            last_name=person.last_name,
            first_name=person.first_name,
            urgency=Urgency.NOW if number else Urgency.TODAY,
            raised_at=now - timedelta(minutes=35 - 23 * number),
            raised_by=officer,
        )


def write_past_freeze(establishment: Establishment, officer: User, now: datetime, building: Building) -> None:
    frozen = now - timedelta(days=1, minutes=40)
    PrisonFreeze.objects.using(establishment.prison).create(
        id=uuid.uuid5(uuid.NAMESPACE_OID, f"freeze {establishment.code} {frozen:%Y-%m-%d}"),
        establishment_id=establishment.pk,
        building_id=building.pk,
        reason=FreezeReason.INCIDENT,
        frozen_at=frozen,
        lifted_at=frozen + timedelta(minutes=30),
        frozen_by=officer,
        lifted_by=officer,
    )
