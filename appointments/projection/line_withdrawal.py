"""Withdraws lines to which nothing points any longer: silently, or with the publications to come."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db.models import Exists, OuterRef, Q

from appointments.models import Appointment, Escort, Movement
from appointments.projection.schedule import Schedule

BATCH = 500
# Some appointment, or some escort that has departed, calls the person by this line.
NEEDED = Q(
    Exists(Appointment.objects.filter(movement=OuterRef("pk"))) | Exists(Escort.objects.filter(movement=OuterRef("pk")))
)
# Movements to look at when the block of `settled_together` ends; None outside of one.
_to_settle: ContextVar[set[uuid.UUID] | None] = ContextVar("to_settle", default=None)


def withdraw_if_unused(movement_key: uuid.UUID | None) -> None:
    """Withdraw a movement to which neither an appointment nor a departed escort points any longer."""
    if movement_key is None:
        return
    waiting = _to_settle.get()
    if waiting is None:
        withdraw_unused([movement_key])
    else:
        waiting.add(movement_key)


@contextmanager
def settled_together(*, in_batches: bool = False) -> Iterator[None]:
    """Withdraw unused movements only at the end of the block.

    A line that is given up and taken again inside it stays as it is, with what officers have noted on it. With
    `in_batches` the lines that officers see go with different publications, as far as there are any before the call.
    """
    keys: set[uuid.UUID] = set()
    token = _to_settle.set(keys)
    try:
        yield
    finally:
        _to_settle.reset(token)
    withdraw_unused(keys, in_batches=in_batches)


def withdraw_unused(keys: Iterable[uuid.UUID], *, in_batches: bool = False) -> None:
    """Withdraw those of the movements to which neither an appointment nor a departed escort points any longer.

    What officers have not seen yet goes without a trace; what they have seen shows as withdrawn from the next
    publication, together with everything else that changed by then.
    """
    unused = list(
        Movement.objects.filter(pk__in=keys)
        .exclude(NEEDED)
        .select_related("establishment")
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    if not unused:
        return
    schedule = Schedule.of(unused[0].establishment)
    gone = [line for line in unused if schedule.is_continuous(line.expected_at) or not schedule.shows(line)]
    kept = [line for line in unused if line not in gone]
    batches = schedule.batches([line.expected_at for line in kept]) if in_batches else {}
    for place, line in enumerate(kept):
        if not schedule.shows_as_withdrawn(line):
            line.is_added = line.is_added or line.restored_from is not None
            line.withdrawn_from = batches.get(place) or schedule.withdrawal(line.expected_at)
        line.restored_from = None
    Movement.objects.filter(pk__in=[line.pk for line in gone]).delete()
    Movement.objects.bulk_update(kept, ["is_added", "withdrawn_from", "restored_from"], batch_size=BATCH)
