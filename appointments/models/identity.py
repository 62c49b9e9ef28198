"""Who is who: numbers that a person had before, records that were joined, what a list changed of whom.

Care side only. A join tells every row that it moved, so that taking it back moves exactly those; the database lets no
row pass from one person to another in any other way (appointments.wall, stays_with_person).
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class FormerNumber(models.Model):
    """A register number that a person had before: by it officers' old lines and alerts still find them."""

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    detainee = models.ForeignKey("appointments.Detainee", on_delete=models.PROTECT, related_name="former_numbers")
    register_number = models.CharField(_("register number"), max_length=20)
    noted_at = models.DateTimeField(db_default=Now())
    # What brought it: a list that gave a new number, or a join. Taken back with it.
    found_by = models.ForeignKey("appointments.RegistryImport", null=True, on_delete=models.PROTECT, related_name="+")
    join = models.ForeignKey("appointments.PersonJoin", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-noted_at", "id"]
        verbose_name = _("former register number")
        verbose_name_plural = _("former register numbers")
        indexes = [models.Index(fields=["establishment", "register_number"], name="former_number")]

    def __str__(self) -> str:
        return self.register_number


class PersonJoin(models.Model):
    """Two records said to be one person's: who said so, when, and every row that went over. Never rewritten."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    joined = models.ForeignKey("appointments.Detainee", on_delete=models.PROTECT, related_name="+")
    survivor = models.ForeignKey("appointments.Detainee", on_delete=models.PROTECT, related_name="joins")
    # What spoke for it, as Evidence says it.
    evidence = models.JSONField(default=list)
    # The keys of the rows that went over, by table; and what the two records said before.
    moved = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    joined_at = models.DateTimeField(db_default=Now())
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(_("who"), max_length=150)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by_id = models.BigIntegerField(null=True)
    undone_by_name = models.CharField(max_length=150, blank=True, default="")

    class Meta:
        ordering = ["-joined_at", "id"]
        verbose_name = _("join of two records")
        verbose_name_plural = _("joins of records")
        constraints = [
            models.UniqueConstraint(fields=["joined"], condition=Q(undone_at__isnull=True), name="joined_once"),
            models.CheckConstraint(condition=~Q(joined=F("survivor")), name="join_of_two"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by_name="") | Q(undone_at__isnull=False),
                name="join_undone_when",
            ),
        ]
        indexes = [models.Index(fields=["survivor"], name="join_by_survivor")]

    def __str__(self) -> str:
        return f"{self.joined_id} → {self.survivor_id}"


class RegistryChange(models.Model):
    """What one nominal list changed of one person: what stood there before and after. Kept while it may be undone."""

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    registry_import = models.ForeignKey("appointments.RegistryImport", on_delete=models.PROTECT, related_name="changes")
    detainee = models.ForeignKey("appointments.Detainee", on_delete=models.PROTECT, related_name="+")
    # Empty for somebody whom the list brought.
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        ordering = ["registry_import", "id"]
        verbose_name = _("change by a nominal list")
        verbose_name_plural = _("changes by nominal lists")
        constraints = [
            models.UniqueConstraint(fields=["registry_import", "detainee"], name="one_change_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.registry_import_id} {self.detainee_id}"
