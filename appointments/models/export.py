"""Which officers' accounts may take lists out of the screen, and what they took.

Officers' accounts stand in the prison's database, of which care knows nothing: the head of unit types a user name, the
courier carries it there, and that database says whether there is such an account (appointments.prison.models.export).
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from appointments.models.enums.export import ExportAnswer, TakenAs


class ExportPermission(models.Model):
    """One officer's account may take lists as a file or into a calendar, up to the day `until`, that day included."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    username = models.CharField(_("user name"), max_length=60)
    # Days of the establishment's own calendar.
    opened_on = models.DateField()
    until = models.DateField(_("until"))
    opened_at = models.DateTimeField(db_default=Now())
    opened_by = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey("access.User", null=True, on_delete=models.PROTECT, related_name="+")
    # Written by the courier alone.
    answer = models.CharField(max_length=10, choices=ExportAnswer.choices, blank=True, default="", editable=False)

    class Meta:
        ordering = ["-opened_at", "-id"]
        verbose_name = _("permission to export")
        verbose_name_plural = _("permissions to export")
        constraints = [
            models.UniqueConstraint(
                "establishment", Lower("username"), condition=Q(withdrawn_at__isnull=True), name="one_export_permission"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__gte=F("opened_at"), withdrawn_by__isnull=False),
                name="export_withdrawn_by_somebody",
            ),
            models.CheckConstraint(condition=Q(answer__in=["", *ExportAnswer.values]), name="export_answer_known"),
        ]

    def __str__(self) -> str:
        return f"{self.username} {self.until}"


class ExportUse(models.Model):
    """In this hour an officer's account took a list this way. As the courier brings it: who, what, which hour."""

    # Derived by the prison's database from all the rest, so that a use is kept once.
    id = models.UUIDField(primary_key=True, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    username = models.CharField(_("user name"), max_length=60)
    taken_as = models.CharField(max_length=10, choices=TakenAs.choices)
    hour = models.DateTimeField()

    class Meta:
        ordering = ["-hour", "username", "taken_as"]
        verbose_name = _("use of a permission to export")
        verbose_name_plural = _("uses of permissions to export")
        constraints = [
            models.CheckConstraint(condition=Q(taken_as__in=TakenAs.values), name="export_use_known"),
        ]
        indexes = [models.Index(fields=["establishment", "-hour"], name="export_use_newest")]

    def __str__(self) -> str:
        return f"{self.username} {self.taken_as} {self.hour:%Y-%m-%d %H:%M}"
