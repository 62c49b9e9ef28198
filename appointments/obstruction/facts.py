"""Reads the log of obstructed care."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from appointments.models import CareUnit, Obstruction
from appointments.models.enums.obstruction import COUNTED, ObstructionKind, ObstructionSource
from appointments.models.obstruction import ObstructionQuerySet

# A counted fact of fewer people is one of very many, and too small to be reported.
CHIEF_FROM = 5
# Counted on nearly every half-day.
OFTEN = (ObstructionKind.NOT_BROUGHT, ObstructionKind.NO_REASON, ObstructionKind.LATE)
CHIEF = [kind for kind in COUNTED if kind not in OFTEN]


def facts_of(unit: CareUnit, first_day: date, last_day: date) -> ObstructionQuerySet:
    """Return the facts in a unit's log of those days that stand, the latest first."""
    facts = Obstruction.objects.filter(establishment=unit.establishment_id, unit=unit).between(first_day, last_day)
    return facts.standing().with_names().latest_first()


def chief_facts(facts: ObstructionQuerySet) -> ObstructionQuerySet:
    """Return those noted by hand, serious, rare, or of several people."""
    by_hand, grave = Q(source=ObstructionSource.BY_HAND), Q(is_serious=True)
    return facts.filter(by_hand | grave | Q(kind__in=CHIEF) | Q(affected__gte=CHIEF_FROM))
