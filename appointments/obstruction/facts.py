"""Reads the log of obstructed care."""

from __future__ import annotations

from datetime import date

from access.models import Establishment
from appointments.models import Obstruction
from appointments.models.obstruction import ObstructionQuerySet


def facts_of(establishment: Establishment, first_day: date, last_day: date) -> ObstructionQuerySet:
    """Return the facts of those days that stand, the latest first."""
    facts = Obstruction.objects.filter(establishment=establishment).between(first_day, last_day)
    return facts.standing().with_names().latest_first()
