"""Books, moves and cancels appointments and records their outcome: the only writer of Appointment.

Knows no request, no form and no HTML. One file a group of verbs; `guards` holds what they all ask and lock first.
"""

from __future__ import annotations

from appointments.booking.booked import book, cancel, move
from appointments.booking.guards import BookingRefused, ChangedMeanwhile
from appointments.booking.outcome import record_not_come, record_seen
from appointments.booking.together import Reception, Withdrawal, receive_instead, withdraw

__all__ = [
    "BookingRefused",
    "ChangedMeanwhile",
    "Reception",
    "Withdrawal",
    "book",
    "cancel",
    "move",
    "record_not_come",
    "record_seen",
    "receive_instead",
    "withdraw",
]
