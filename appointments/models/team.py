"""What a team tells itself: notes for the next shift, tasks with a due day; and what somebody typed and has not sent.

Nothing here points to a person in detention: a note is no record. Care's database alone knows of it (docs/adr/0052).
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

NOTE_LENGTH, TASK_LENGTH, DRAFT_LENGTH = 1000, 200, 60_000


class ShiftNote(models.Model):
    """A line for the next shift of one unit. It is withdrawn, never rewritten."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("appointments.CareUnit", on_delete=models.PROTECT, related_name="+")
    text = models.CharField(_("note"), max_length=NOTE_LENGTH)
    written_by = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey("access.User", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-written_at", "id"]
        verbose_name = _("note for the next shift")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="shift_note_says_something"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="shift_note_withdrawn_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["establishment", "unit", "-written_at"], name="shift_note_by_unit")]

    def __str__(self) -> str:
        return f"{self.written_at:%Y-%m-%d %H:%M}"


class TeamTask(models.Model):
    """Something that one unit has to do by a day. It is done or open, never rewritten."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("appointments.CareUnit", on_delete=models.PROTECT, related_name="+")
    what = models.CharField(_("task"), max_length=TASK_LENGTH)
    due_on = models.DateField(_("due on"))
    added_by = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("access.User", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["due_on", "added_at", "id"]
        verbose_name = _("task")
        constraints = [
            models.CheckConstraint(condition=~Q(what=""), name="team_task_says_something"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="team_task_done_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["establishment", "unit", "due_on"], name="team_task_by_unit")]

    def __str__(self) -> str:
        return f"{self.due_on}"


class Draft(models.Model):
    """What one account typed into one form and has not sent: sealed for its owner, gone within half a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("access.User", on_delete=models.CASCADE, related_name="+")
    form = models.CharField(max_length=60)
    sealed = models.CharField(max_length=DRAFT_LENGTH)
    saved_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("draft")
        constraints = [
            models.UniqueConstraint(fields=["owner", "establishment", "form"], name="draft_once_a_form"),
            # How access.sealing begins a text: nothing readable is ever written down.
            models.CheckConstraint(condition=Q(sealed__startswith="gAAAA"), name="draft_is_sealed"),
        ]

    def __str__(self) -> str:
        return self.form
