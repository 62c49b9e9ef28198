"""Emergency access: begins, ends and judges it; reads what runs and what waits for a second person's word.

The only writer of emergency accesses. What one opens, appointments.rights says; the database dates and ends it
(docs/adr/0039).
"""

from __future__ import annotations

from appointments.emergency.reading import accesses_of, agendas_out_of_scope, last_of, running_of, to_judge
from appointments.emergency.steps import EmergencyRefused, begin, end, judge

__all__ = [
    "EmergencyRefused",
    "accesses_of",
    "agendas_out_of_scope",
    "begin",
    "end",
    "judge",
    "last_of",
    "running_of",
    "to_judge",
]
