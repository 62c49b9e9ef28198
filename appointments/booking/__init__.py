"""Books, moves and cancels appointments and records their outcome: the only writer of Appointment.

Knows no request, no form and no HTML. One file a group of verbs; `guards` holds what they all ask and lock first.
"""

from __future__ import annotations

from appointments.booking.booked import book, cancel, move
from appointments.booking.guards import BookingRefused, ChangedMeanwhile
from appointments.booking.outcome import record_not_come, record_seen
from appointments.booking.series import SeriesRefused, book_series, cancel_from_here, move_together
from appointments.booking.swap import swap
from appointments.booking.together import (
    NewTime,
    Reception,
    Withdrawal,
    receive_instead,
    withdraw,
    withdraw_in_batches,
)

__all__ = [
    "BookingRefused",
    "ChangedMeanwhile",
    "NewTime",
    "Reception",
    "SeriesRefused",
    "Withdrawal",
    "book",
    "book_series",
    "cancel",
    "cancel_from_here",
    "move",
    "move_together",
    "receive_instead",
    "record_not_come",
    "record_seen",
    "swap",
    "withdraw",
    "withdraw_in_batches",
]
