"""Which reasons of appointments are obstruction, and as which cause. No query, no page.

A refusal that care confirmed with the person is one when its cause is the conditions of the care. Not an obstruction:
any other refusal, and one that only the prison reports; somebody on escort, moved or released; the unit's own reasons;
whoever left before being seen.
"""

from __future__ import annotations

from django.db.models import Case, CharField, Q, Value, When

from appointments.models.enums.appointment import OBSTRUCTING, NotComeReason
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
NOT_BROUGHT = (*CAUSES, ObstructionCause.REFUSAL)


def obstruction_cause() -> Case:
    """Return, in SQL, the cause for which somebody was not brought; "" where it is no obstruction."""
    whens = [When(Q(said__in=reasons), then=Value(cause.value)) for cause, reasons in CAUSES.items()]
    conditions = Q(said=NotComeReason.REFUSAL_CONFIRMED, refusal_cause__in=OBSTRUCTING)
    whens.append(When(conditions, then=Value(ObstructionCause.REFUSAL.value)))
    return Case(*whens, default=Value(""), output_field=CharField())
