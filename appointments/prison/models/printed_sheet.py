"""What was printed of the lists: the prison side's own memory of its paper."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class PrintedSheet(models.Model):
    """One building's list, or one wing's, as it was printed: the lines as they stood, to tell what changed since."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The sheets that were printed with one click.
    batch = models.UUIDField(editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    building = models.ForeignKey("access.Building", on_delete=models.PROTECT, related_name="+")
    # One floor or wing alone, where somebody printed that; empty for the whole building.
    wing = models.CharField(max_length=30, blank=True, default="", db_default="")
    day = models.DateField()
    version = models.PositiveIntegerField(_("version"))
    # The hour of the list, as the edition said it: paper that is carried about must tell how old it is by itself.
    planned_for = models.DateTimeField(null=True)
    lines = models.JSONField()
    printed_by = models.ForeignKey("access.User", null=True, on_delete=models.SET_NULL, related_name="+")
    printed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-printed_at", "-id"]
        verbose_name = _("printed sheet")
        verbose_name_plural = _("printed sheets")
        constraints = [models.UniqueConstraint(fields=["batch", "building", "wing"], name="one_sheet_a_wing_and_click")]
        indexes = [models.Index(fields=["building", "day", "-printed_at"], name="sheet_by_building")]

    def __str__(self) -> str:
        return f"{self.building_id} {self.day} {self.version}"
