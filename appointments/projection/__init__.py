"""THE WALL'S ONLY GATE: turns an appointment into a movement. The only writer of Movement.

`lines` writes the lines, `withdrawal` takes them back, `schedule` says when officers see a change, `publication`
lets a batch out before its time and tells what waits.
"""

from __future__ import annotations

from appointments.projection.line_withdrawal import settled_together, withdraw_if_unused
from appointments.projection.lines import (
    appointments_to_call,
    arrival_times,
    call,
    call_for_departure,
    expected_at,
    follow,
    hold_arrival_times,
    movement_id,
    neutral_fields,
    purge,
    renumber,
    reproject,
)
from appointments.projection.publication import (
    Waiting,
    already_published,
    publish_waiting,
    purge_publications,
    reschedule,
    shown_to_officers,
    waiting_changes,
)
from appointments.projection.schedule import Schedule

__all__ = [
    "Schedule",
    "Waiting",
    "already_published",
    "appointments_to_call",
    "arrival_times",
    "call",
    "call_for_departure",
    "expected_at",
    "follow",
    "hold_arrival_times",
    "movement_id",
    "neutral_fields",
    "publish_waiting",
    "purge",
    "purge_publications",
    "renumber",
    "reproject",
    "reschedule",
    "settled_together",
    "shown_to_officers",
    "waiting_changes",
    "withdraw_if_unused",
]
