"""On which days a person is called already: a visit put there is a journey less, and a rhythm less to be read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from access.models import Establishment
from appointments.models import Appointment
from appointments.openings.availability import FreeSlot

# A visit may wait so long after the first free time for a day on which the person is called anyway.
SOON = timedelta(days=10)
MOST = 2


def days_called(person: UUID, establishment: Establishment, slots: Sequence[FreeSlot]) -> frozenset[date]:
    """Return the local days, among those of `slots`, on which the person is expected already. One query."""
    if not slots:
        return frozenset()
    around = slots[0].starts_at - timedelta(days=1), slots[-1].starts_at + timedelta(days=1)
    expected = Appointment.objects.booked().filter(detainee=person, starts_at__range=around)
    return frozenset(establishment.day_of(at) for at in expected.values_list("starts_at", flat=True))


def beside_other_calls(
    found: Sequence[FreeSlot], chosen: Sequence[FreeSlot], called: frozenset[date], establishment: Establishment
) -> list[FreeSlot]:
    """Return what to propose: the first of `chosen`, then soon ones on days of other calls, then the rest of `chosen`.

    As many as were chosen; the first free time of each such day, and two days at most.
    """
    if not chosen:
        return []
    until, days = chosen[0].starts_at + SOON, set(called)
    days.discard(establishment.day_of(chosen[0].starts_at))
    beside: list[FreeSlot] = []
    for slot in found:
        day = establishment.day_of(slot.starts_at)
        if slot.starts_at <= until and day in days and len(beside) < MOST:
            days.discard(day)
            beside.append(slot)
    others = [slot for slot in chosen[1:] if establishment.day_of(slot.starts_at) not in
              {establishment.day_of(one.starts_at) for one in beside}]  # fmt: skip
    return [chosen[0], *sorted([*beside, *others][: len(chosen) - 1], key=lambda slot: slot.starts_at)]
