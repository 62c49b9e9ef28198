"""Forgets drafts after half a day, notes and tasks that are done after a month. Every hour, with the owner's login."""

from __future__ import annotations

from datetime import datetime

from appointments.models import Draft, ShiftNote, TeamTask
from appointments.team.drafts import DRAFT_KEPT
from appointments.team.notes import TEAM_KEPT


def forget_team(*, now: datetime) -> int:
    """Return how many rows went."""
    due = (
        Draft.objects.filter(saved_at__lte=now - DRAFT_KEPT),
        ShiftNote.objects.filter(written_at__lte=now - TEAM_KEPT),
        TeamTask.objects.filter(done_at__lte=now - TEAM_KEPT),
    )
    return sum(rows.delete()[0] for rows in due)
