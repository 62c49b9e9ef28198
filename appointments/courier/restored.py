"""Gives a prison's database what it does not know: where lines stand, what was received.

One that came from a backup has forgotten it; one that serves an establishment from now on never had it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connections, transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from access.models import Establishment
from appointments.models import Alert, Freeze, Movement, MovementEvent
from appointments.models.enums.movement import MovementState
from appointments.prison.models import LineState, PrisonFreeze, Tap
from appointments.prison.models.tap import HOURS_SHOWN

# Lists of yesterday to the day after tomorrow, in whatever time zone.
BEFORE, AFTER = timedelta(days=3), timedelta(days=4)
ALERTS_OF = timedelta(days=7)


def bring_all_back(prison: str, places: Sequence[Establishment], *, now: datetime) -> None:
    """Let lines stand as care knows them, received alerts be told again, and freezes be what they are there."""
    if not places:
        return
    _bring_states(prison, places, now=now)
    _agree_on_freezes(prison, places, now=now)
    received = Alert.objects.filter(establishment__in=places, is_received=True, raised_at__gt=now - ALERTS_OF)
    received.update(is_told=False)


def _bring_states(prison: str, places: Sequence[Establishment], *, now: datetime) -> None:
    """Taps that are still to be brought are newer than what care knows: their lines stay as they are."""
    days = {place.pk: place for place in places}
    with transaction.atomic(using=prison):
        with connections[prison].cursor() as cursor:
            # No officer taps in between; whoever does waits for a moment.
            cursor.execute("LOCK TABLE prison_linestate IN SHARE ROW EXCLUSIVE MODE")
        waiting = _lines_with_taps_to_bring(prison)
        found = Movement.objects.filter(establishment__in=places).between(now - BEFORE, now + AFTER).order_by("pk")
        lines = [line for line in found if line.pk not in waiting]
        untouched = [line.pk for line in lines if line.state == MovementState.EXPECTED]
        LineState.objects.using(prison).filter(line__in=untouched).delete()
        LineState.objects.using(prison).bulk_create(
            [
                LineState(
                    line=line.pk,
                    establishment_id=line.establishment_id,
                    day=days[line.establishment_id].day_of(line.expected_at),
                    state=line.state,
                    impediment=line.impediment,
                    at=line.state_at if line.state in HOURS_SHOWN else None,
                    previous_state=MovementState.EXPECTED,
                )
                for line in lines
                if line.state != MovementState.EXPECTED
            ],
            update_conflicts=True,
            unique_fields=["line"],
            update_fields=["state", "impediment", "at", "previous_state", "previous_impediment"],
        )


def _lines_with_taps_to_bring(prison: str) -> set[UUID]:
    """Return the lines of waiting taps. A backup's outbox also holds some that were brought long ago."""
    taps = dict(Tap.objects.using(prison).values_list("pk", "line"))
    known = MovementEvent.objects.filter(tap__in=list(taps)).values_list("tap", flat=True)
    return {taps[key] for key in taps.keys() - set(known)}


def _agree_on_freezes(prison: str, places: Sequence[Establishment], *, now: datetime) -> None:
    """Freezes are the officers' own: what stands there holds, and one that does not could be lifted by nobody."""
    there = PrisonFreeze.objects.using(prison).filter(establishment__in=places)
    there.update(is_carried=False)
    lost = Freeze.objects.filter(establishment__in=places, lifted_at__isnull=True)
    lost = lost.exclude(pk__in=list(there.values_list("pk", flat=True)))
    # The clocks of the two sides may be a minute apart.
    lost.update(lifted_at=Greatest(F("frozen_at"), Value(now)))
