"""Why somebody was not seen, in groups (domain: obstruction indicators). No query, no page.

Two parties speak: the prison declares, care verifies. Care's word holds; the prison's stands where care knows nothing.
A refusal that only the prison declared is no refusal yet: it waits in a group of its own until care has verified it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, F, Q, When
from django.utils.translation import gettext_lazy as _

from appointments.models.enums.appointment import NotComeReason


@dataclass(frozen=True)
class CauseGroup:
    """Causes that mean the same for whoever reads the figures."""

    key: str
    label: Any
    reasons: tuple[NotComeReason, ...]
    # Whether the prison could have brought the person.
    prison_side: bool = False


GROUPS = (
    CauseGroup("refused", _("Refusal, confirmed with the patient"), (NotComeReason.REFUSAL_CONFIRMED,)),
    CauseGroup("to_verify", _("Refusal reported by the prison, not verified"), (NotComeReason.REFUSAL_REPORTED,)),
    CauseGroup(
        "conflict",
        _("Kept by another activity or summons"),
        (
            NotComeReason.VISIT,
            NotComeReason.YARD,
            NotComeReason.ACTIVITY,
            NotComeReason.WORK,
            NotComeReason.OTHER_SUMMONS,
        ),
        prison_side=True,
    ),
    CauseGroup(
        "not_brought",
        _("Not brought, or brought too late"),
        (
            NotComeReason.WING,
            NotComeReason.STAFF,
            NotComeReason.FROZEN,
            NotComeReason.STRIKE,
            NotComeReason.NOT_CALLED,
            NotComeReason.LATE,
        ),
        prison_side=True,
    ),
    CauseGroup("no_reason", _("No reason given"), (NotComeReason.NO_REASON,), prison_side=True),
    CauseGroup(
        "list",
        _("List not received, wrong cell"),
        (NotComeReason.LIST_NOT_RECEIVED, NotComeReason.WRONG_CELL),
        prison_side=True,
    ),
    CauseGroup("away", _("On escort, moved or released"), (NotComeReason.ESCORT_OUT, NotComeReason.MOVED)),
    CauseGroup("left", _("Left before being seen"), (NotComeReason.LEFT,)),
    CauseGroup(
        "care",
        _("Care side"),
        (NotComeReason.UNIT_ABSENT, NotComeReason.UNIT_POSTPONED, NotComeReason.UNIT_HOSPITAL),
    ),
)
PRISON_SIDE = tuple(reason for group in GROUPS if group.prison_side for reason in group.reasons)


def cause() -> Case:
    """Return, in SQL, the one cause that counts of what both parties said."""
    care_knows_nothing = Q(not_come_reason__in=["", NotComeReason.NO_REASON]) & ~Q(not_come_declared="")
    return Case(
        When(care_knows_nothing, then=F("not_come_declared")),
        default=F("not_come_reason"),
        output_field=CharField(),
    )
