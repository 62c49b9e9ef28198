"""Plans, confirms, announces, closes and cancels hospital escorts: the only writer of Escort.

Only for whoever was given `manage_escorts`; everybody else is answered as if there were none.
"""

from __future__ import annotations

from appointments.escorts.cancelling import cancel_escort, correct_cancellation
from appointments.escorts.departure import announce_departure, record_done, take_back_departure
from appointments.escorts.planning import confirm, plan_escort, replan_escort

__all__ = [
    "announce_departure",
    "cancel_escort",
    "confirm",
    "correct_cancellation",
    "plan_escort",
    "record_done",
    "replan_escort",
    "take_back_departure",
]
