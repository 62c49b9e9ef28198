"""Which reasons of appointments are obstruction, and as which cause. No query, no page.

Not an obstruction: a refusal that care confirmed with the person, somebody on escort, moved or released, the unit's own
reasons, whoever left before being seen. A refusal that only the prison reports is none either, until care verified it.
"""

from __future__ import annotations

from django.db.models import Case, CharField, Q, Value, When

from appointments.models.enums.appointment import NotComeReason
from appointments.models.enums.obstruction import ObstructionCause

CAUSES: dict[ObstructionCause, tuple[NotComeReason, ...]] = {
    ObstructionCause.NO_REASON: (NotComeReason.NO_REASON,),
    ObstructionCause.NOT_CALLED: (NotComeReason.NOT_CALLED,),
    ObstructionCause.STAFF: (NotComeReason.STAFF,),
    ObstructionCause.FROZEN: (NotComeReason.FROZEN,),
    ObstructionCause.STRIKE: (NotComeReason.STRIKE,),
    ObstructionCause.WING: (NotComeReason.WING,),
    ObstructionCause.VISIT: (NotComeReason.VISIT, NotComeReason.OTHER_SUMMONS),
    ObstructionCause.ACTIVITY: (NotComeReason.WORK, NotComeReason.ACTIVITY, NotComeReason.YARD),
    ObstructionCause.LIST: (NotComeReason.LIST_NOT_RECEIVED, NotComeReason.WRONG_CELL),
}
# They came, and were not seen.
CAME_IN_VAIN = (NotComeReason.LATE, NotComeReason.LEFT)
NOT_BROUGHT = tuple(CAUSES)


def obstruction_cause() -> Case:
    """Return, in SQL, the cause for which somebody was not brought; "" where it is no obstruction."""
    whens = [When(Q(said__in=reasons), then=Value(cause.value)) for cause, reasons in CAUSES.items()]
    return Case(*whens, default=Value(""), output_field=CharField())
