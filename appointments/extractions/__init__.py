"""Plans, confirms, announces, closes and cancels hospital escorts: the only writer of Extraction.

Only for whoever was given `manage_extractions`; everybody else is answered as if there were none.
"""

from __future__ import annotations

from appointments.extractions.departure import announce_departure, record_done, take_back_departure
from appointments.extractions.guards import EscortRefused
from appointments.extractions.planning import cancel_extraction, confirm, plan_extraction, replan_extraction

__all__ = [
    "EscortRefused",
    "announce_departure",
    "cancel_extraction",
    "confirm",
    "plan_extraction",
    "record_done",
    "replan_extraction",
    "take_back_departure",
]
