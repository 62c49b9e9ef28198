"""A finished search as the worker keeps it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from access.models import User
from appointments.models import PlanSearch
from appointments.models.enums.plan import SearchState
from tests.conftest import Unit

FIGURES = {
    "information": 0.4, "lift": 10.0, "min_entropy": 0.01, "min_capacity": 1.9, "roster": 0.45, "sensitive": 50,
    "alone": 3, "few": 9, "kept_gain": 0.13, "kept_auc": None, "person_auc": 0.8, "wait": 12.0, "days": 400,
    "journeys": 420,
}  # fmt: skip


def finished(unit: Unit, by: User, **proposal: Any) -> PlanSearch:
    """One proposal that moves nobody unless `proposal` says more."""
    nobody = {
        "level": "nobody", "times": [570, 600], "figures": FIGURES | {"few": 0, "wait": 15.0, "days": 360}, "asked": [],
        "turns": {}, "before": {}, "moved": {}, "days_saved": 40,
    }  # fmt: skip
    return PlanSearch.objects.create(
        establishment=unit.establishment,
        asked_by=by,
        state=SearchState.DONE,
        progress=100,
        finished_at=timezone.now(),
        found={"now": FIGURES, "times": [570, 600, 630], "proposals": [nobody | proposal], "refused": {}},
    )
