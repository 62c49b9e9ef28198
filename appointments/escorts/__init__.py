"""Plans, confirms, announces, closes and cancels hospital escorts: the only writer of Extraction.

Only for whoever was given `manage_extractions`; everybody else is answered as if there were none.
"""

from __future__ import annotations

from appointments.escorts.departure import announce_departure, record_done, take_back_departure
from appointments.escorts.planning import cancel_extraction, confirm, plan_extraction, replan_extraction

__all__ = [
    "announce_departure",
    "cancel_extraction",
    "confirm",
    "plan_extraction",
    "record_done",
    "replan_extraction",
    "take_back_departure",
]
