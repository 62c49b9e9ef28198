"""The only writer of notes for the next shift, tasks and drafts. None of them is part of anybody's record."""

from __future__ import annotations

from appointments.team.drafts import DRAFT_KEPT, draft_kept, drop_draft, keep_draft, open_draft
from appointments.team.notes import (
    TEAM_KEPT,
    add_task,
    finish_task,
    notes_of,
    reopen_task,
    tasks_of,
    withdraw_note,
    write_note,
)
from appointments.team.purge import forget_team

__all__ = [
    "DRAFT_KEPT",
    "TEAM_KEPT",
    "add_task",
    "draft_kept",
    "drop_draft",
    "finish_task",
    "forget_team",
    "keep_draft",
    "notes_of",
    "open_draft",
    "reopen_task",
    "tasks_of",
    "withdraw_note",
    "write_note",
]
