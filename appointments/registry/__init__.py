"""The registry of people: plans what the prison's nominal list would change, and applies it all or not at all."""

from __future__ import annotations

from access.enums import Role
from appointments.registry.apply import AlteredList, StalePlan, TooManyMissing, Unanswered, apply_import
from appointments.registry.plan import ImportPlan, LineOutcome, PlannedLine, plan_import
from appointments.registry.sameness import SOMEBODY_ELSE, Answers

# Clinicians read the registry; the list is imported by those who keep the unit running.
IMPORTERS = (Role.HEAD, Role.NURSE, Role.SECRETARY)

__all__ = [
    "IMPORTERS",
    "SOMEBODY_ELSE",
    "AlteredList",
    "Answers",
    "ImportPlan",
    "LineOutcome",
    "PlannedLine",
    "StalePlan",
    "TooManyMissing",
    "Unanswered",
    "apply_import",
    "plan_import",
]
