"""Appointments to come whose practitioner is away or has left: who they are, what could be done, and what is decided.

Nobody writes down that an appointment is stranded: it is read from the absences and the accounts, and only a decision
ends it (docs/adr/0048). The writer of kept appointments; booking, requests and planning write everything else.
"""

from __future__ import annotations

from appointments.stranded.absences import declare_kept_absence, declare_received_absence
from appointments.stranded.choices import Choice, How
from appointments.stranded.deciding import ReviewedLine, decide
from appointments.stranded.places import PlannedLine, plan_lines
from appointments.stranded.reading import (
    agendas_left,
    beside,
    colleagues_of,
    decidable_by,
    expected_in,
    mark_stranded,
    to_decide,
)
from appointments.stranded.undoing import undo_step

__all__ = [
    "Choice",
    "How",
    "PlannedLine",
    "ReviewedLine",
    "agendas_left",
    "beside",
    "colleagues_of",
    "decidable_by",
    "decide",
    "declare_kept_absence",
    "declare_received_absence",
    "expected_in",
    "mark_stranded",
    "plan_lines",
    "to_decide",
    "undo_step",
]
