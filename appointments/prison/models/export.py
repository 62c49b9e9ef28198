"""Who may take lists out of the screen, as the unit has opened it, and what they took, on its way to the unit.

Both are ruled by the database: only the courier writes a permission, and no use is kept, no calendar address opened,
without one in force (wall/prison/functions/prison_take_export.sql and its neighbours). Whoever holds the prison
login itself reads the lists anyway; what is closed here is the button, the address and the habit.
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from access.models import Establishment, User
from appointments.models.enums.export import TakenAs


class PrisonPermissionQuerySet(models.QuerySet["PrisonExportPermission"]):
    """Reads of permissions."""

    def of(self, user: User, establishment: Establishment, *, today: date) -> PrisonPermissionQuerySet:
        """Those in force for an account."""
        return self.filter(establishment=establishment, username__iexact=user.username, is_known=True, until__gte=today)


class PrisonExportPermission(models.Model):
    """One account may take lists as a file or into a calendar, up to the day `until`. A copy, kept by the courier."""

    # The key of the unit's own row.
    id = models.UUIDField(primary_key=True, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    username = models.CharField(max_length=60)
    until = models.DateField()
    # Whether there is such an account at the establishment. Said by the database when the courier writes the row: an
    # account of that name that is opened later gets nothing by it.
    is_known = models.BooleanField(default=False, editable=False)

    objects = PrisonPermissionQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        db_table = "prison_exportpermission"
        verbose_name = _("permission to export")
        verbose_name_plural = _("permissions to export")

    def __str__(self) -> str:
        return f"{self.username} {self.until}"


class PrisonExportUse(models.Model):
    """In this hour an account took a list this way. Written once an hour; the courier takes it along."""

    # This, the name and the hour are written by the database alone.
    id = models.UUIDField(primary_key=True, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    username = models.CharField(max_length=60, editable=False)
    taken_as = models.CharField(max_length=10, choices=TakenAs.choices)
    hour = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["id"]
        db_table = "prison_exportuse"
        verbose_name = _("use of a permission to export")
        verbose_name_plural = _("uses of permissions to export")
        constraints = [
            models.CheckConstraint(condition=Q(taken_as__in=TakenAs.values), name="prison_export_use_known"),
        ]

    def __str__(self) -> str:
        return f"{self.username} {self.taken_as}"
