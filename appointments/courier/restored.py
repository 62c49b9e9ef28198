"""Gives a prison's database that came from a backup what it forgot: where lines stand, what was received."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from access.models import Establishment
from appointments.models import Alert, Movement
from appointments.models.enums.movement import MovementState
from appointments.prison.models import LineState, Tap
from appointments.prison.models.tap import HOURS_SHOWN


def bring_states_back(prison: str, places: Sequence[Establishment], *, now: datetime) -> None:
    """Write the states of the lines of yesterday and later as care knows them, and let received alerts be told again.

    Taps that still wait in the outbox there are newer than that and stay as they are.
    """
    lines = Movement.objects.filter(establishment__in=places, expected_at__gt=now - timedelta(days=2))
    waiting = set(Tap.objects.using(prison).values_list("line", flat=True))
    days = {place.pk: place for place in places}
    states = [
        LineState(
            line=line.pk,
            establishment_id=line.establishment_id,
            day=days[line.establishment_id].day_of(line.expected_at),
            state=line.state,
            impediment=line.impediment,
            at=line.state_at if line.state in HOURS_SHOWN else None,
            previous_state=MovementState.EXPECTED,
        )
        for line in lines.exclude(state=MovementState.EXPECTED)
        if line.pk not in waiting
    ]
    LineState.objects.using(prison).bulk_create(
        states, update_conflicts=True, unique_fields=["line"], update_fields=["state", "impediment", "at"]
    )
    Alert.objects.filter(establishment__in=places, is_received=True, raised_at__gt=now - timedelta(days=7)).update(
        is_told=False
    )
