"""Books, moves and cancels appointments and records their outcome: the only writer of Appointment.

Knows no request, no form and no HTML. One file a group of verbs; `guards` holds what they all ask and lock first.
"""

from __future__ import annotations

from appointments.booking.booked import book, cancel, move
from appointments.booking.guards import BookingRefused, ChangedMeanwhile
from appointments.booking.outcome import arrive, complete_reason, record_not_come, record_seen, start
from appointments.booking.undo import undo

__all__ = [
    "BookingRefused",
    "ChangedMeanwhile",
    "arrive",
    "book",
    "cancel",
    "complete_reason",
    "move",
    "record_not_come",
    "record_seen",
    "start",
    "undo",
]
