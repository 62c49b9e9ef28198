"""Brings what officers recorded, froze and sent to the hospital's database, each once, and one word back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connections, transaction

from access.models import Establishment
from appointments.models import Alert, Freeze, Movement, MovementEvent
from appointments.prison.models import PrisonAlert, PrisonFreeze, Tap

# Taps taken along at a time: an outbox that has filled for a day empties in a few rounds.
BATCH = 500
# How long the prison side keeps freezes that were lifted and alerts that were received.
KEPT = timedelta(days=7)


def something_waits(prison: str) -> bool:
    """Whether there is anything to bring. One query, asked every second."""
    with connections[prison].cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM prison_tap)"
            " OR EXISTS (SELECT FROM prison_prisonfreeze WHERE NOT is_carried)"
            " OR EXISTS (SELECT FROM prison_prisonalert WHERE NOT is_carried)"
            " OR EXISTS (SELECT FROM prison_exportuse)"
        )
        [(waits,)] = cursor.fetchall()
    return bool(waits)


def bring_taps(prison: str) -> int:
    """Take the oldest taps along, in the officers' order and with their own clock time; return how many.

    They are deleted there only once they are kept here: whatever happens in between, the next round finds them in both
    places and keeps each once.
    """
    waiting = Tap.objects.using(prison).defer("by", "seen_state", "seen_impediment")
    taps = list(waiting.order_by("establishment_id", "number")[:BATCH])
    if not taps:
        return 0
    with transaction.atomic():
        known = set(MovementEvent.objects.filter(tap__in=[tap.pk for tap in taps]).values_list("tap", flat=True))
        new = [tap for tap in taps if tap.pk not in known]
        MovementEvent.objects.bulk_create(
            MovementEvent(
                tap=tap.pk,
                establishment_id=tap.establishment_id,
                register_number=tap.register_number,
                expected_at=tap.expected_at,
                state=tap.state,
                impediment=tap.impediment,
                at=tap.at,
            )
            for tap in new
        )
        _set_states(new)
    Tap.objects.using(prison).filter(pk__in=[tap.pk for tap in taps]).delete()
    return len(new)


def _set_states(taps: Sequence[Tap]) -> None:
    """Let each line stand as its last tap says. A line that care has withdrawn meanwhile keeps its history alone."""
    last = {(tap.establishment_id, tap.register_number, tap.expected_at): tap for tap in taps}
    for (establishment_id, number, at), tap in sorted(last.items(), key=lambda item: item[1].number):
        Movement.objects.filter(establishment_id=establishment_id, register_number=number, expected_at=at).update(
            state=tap.state, impediment=tap.impediment, state_at=None if tap.state == "expected" else tap.at
        )


def bring_freezes(prison: str, places: Sequence[Establishment]) -> None:
    """Copy freezes that are new or were lifted. One of an establishment that has moved elsewhere holds nobody."""
    waiting = PrisonFreeze.objects.using(prison).filter(is_carried=False, establishment__in=places)
    for row in waiting.order_by("frozen_at", "pk").defer("frozen_by", "lifted_by"):
        copy = Freeze(
            id=row.pk,
            establishment_id=row.establishment_id,
            building_id=row.building_id,
            reason=row.reason,
            frozen_at=row.frozen_at,
        )
        Freeze.objects.bulk_create([copy], ignore_conflicts=True)
        # Only its own establishment's: no prison ends a freeze of another.
        Freeze.objects.filter(pk=row.pk, establishment=row.establishment_id).update(lifted_at=row.lifted_at)
        # Lifted in this very moment, it waits for the next round.
        same = PrisonFreeze.objects.using(prison).filter(pk=row.pk)
        same = same.filter(lifted_at=row.lifted_at) if row.lifted_at else same.filter(lifted_at__isnull=True)
        same.update(is_carried=True)


def bring_alerts(prison: str) -> None:
    """Copy alerts that are new."""
    columns = ("establishment_id", "building_id", "register_number", "last_name", "first_name", "urgency", "raised_at")
    waiting = PrisonAlert.objects.using(prison).filter(is_carried=False).order_by("raised_at", "pk")
    for row in waiting.defer("raised_by")[:BATCH]:
        copy = Alert(id=row.pk, **{column: getattr(row, column) for column in columns})
        Alert.objects.bulk_create([copy], ignore_conflicts=True)
        PrisonAlert.objects.using(prison).filter(pk=row.pk).update(is_carried=True)


def tell_received(prison: str, places: Sequence[Establishment]) -> None:
    """Say of alerts that care has received them. Neither when nor who."""
    told: list[UUID] = list(
        Alert.objects.filter(is_told=False, is_received=True, establishment__in=places).values_list("pk", flat=True)
    )
    if told:
        PrisonAlert.objects.using(prison).filter(pk__in=told).update(is_received=True)
        Alert.objects.filter(pk__in=told).update(is_told=True)


def forget_reports(prison: str, *, now: datetime) -> None:
    """Delete there what has been brought, is over, and was a week ago."""
    old = now - KEPT
    PrisonFreeze.objects.using(prison).filter(is_carried=True, lifted_at__lt=old).delete()
    PrisonAlert.objects.using(prison).filter(is_carried=True, is_received=True, raised_at__lt=old).delete()
