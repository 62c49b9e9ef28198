"""Many accounts at once, from a spreadsheet: read (reading), compared with what there is (plan), written (applying)."""

from __future__ import annotations

from access.importing.applying import apply
from access.importing.plan import Fate, Plan, PlannedLine, plan_of
from access.importing.reading import MOST_LINES, AccountColumn, UnreadableFile, decoded, label, read

__all__ = [
    "MOST_LINES",
    "AccountColumn",
    "Fate",
    "Plan",
    "PlannedLine",
    "UnreadableFile",
    "apply",
    "decoded",
    "label",
    "plan_of",
    "read",
]
