"""Books, moves and cancels appointments and records their outcome: the only writer of Appointment.

Knows no request, no form and no HTML. One file a group of verbs; `guards` holds what they all ask and lock first.
"""

from __future__ import annotations

from appointments.booking.booked import book, cancel, move
from appointments.booking.exchange import exchange
from appointments.booking.group_withdrawal import (
    NewTime,
    Reception,
    Withdrawal,
    receive_instead,
    withdraw,
    withdraw_in_batches,
)
from appointments.booking.guards import BookingRefused, ChangedMeanwhile, Over, is_over, lock_people, not_done
from appointments.booking.history import in_one_step
from appointments.booking.outcome import (
    arrive,
    complete_reason,
    record_cause,
    record_not_come,
    record_seen,
    start,
)
from appointments.booking.placing import own_length
from appointments.booking.seats import overbooking_left
from appointments.booking.series import SeriesRefused, book_series, cancel_from_here, move_together
from appointments.booking.together import (
    WantedPlace,
    book_each,
    book_together,
    cancel_together,
    end_with_session,
    record_cancelled,
)
from appointments.booking.undo import undo
from appointments.booking.undo_together import done_in_step, undo_together
from appointments.booking.unplanned import see_now

__all__ = [
    "BookingRefused",
    "ChangedMeanwhile",
    "NewTime",
    "Over",
    "Reception",
    "SeriesRefused",
    "WantedPlace",
    "Withdrawal",
    "arrive",
    "book",
    "book_each",
    "book_series",
    "book_together",
    "cancel",
    "cancel_from_here",
    "cancel_together",
    "complete_reason",
    "done_in_step",
    "end_with_session",
    "exchange",
    "in_one_step",
    "is_over",
    "lock_people",
    "move",
    "move_together",
    "not_done",
    "overbooking_left",
    "own_length",
    "receive_instead",
    "record_cancelled",
    "record_cause",
    "record_not_come",
    "record_seen",
    "see_now",
    "start",
    "undo",
    "undo_together",
    "withdraw",
    "withdraw_in_batches",
]
