"""Frozen movements: nobody is brought from a building, or from anywhere, until an officer releases them.

The officers' own record; the courier copies it to the unit (appointments.models.freeze).
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from appointments.models.enums.movement import FreezeReason


class PrisonFreezeQuerySet(models.QuerySet["PrisonFreeze"]):
    """Reads of freezes."""

    def in_force(self) -> PrisonFreezeQuerySet:
        """Freezes that nobody has lifted yet, the whole house first."""
        return self.filter(lifted_at__isnull=True).order_by(
            F("building__name").asc(nulls_first=True), "frozen_at", "id"
        )


class PrisonFreeze(models.Model):
    """One freeze of one building, or of the whole house when `building` is none."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    building = models.ForeignKey(
        "access.Building", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("building")
    )
    reason = models.CharField(_("reason"), max_length=10, choices=FreezeReason.choices)
    frozen_at = models.DateTimeField(db_default=Now())
    lifted_at = models.DateTimeField(null=True, blank=True)
    frozen_by = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    lifted_by = models.ForeignKey("access.User", null=True, on_delete=models.PROTECT, related_name="+")
    # Whether the courier has told the unit of its present state.
    is_carried = models.BooleanField(default=False, editable=False)

    objects = PrisonFreezeQuerySet.as_manager()

    class Meta:
        ordering = ["-frozen_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["establishment", "building"],
                condition=Q(lifted_at__isnull=True),
                nulls_distinct=False,
                name="one_freeze_in_force",
            ),
            models.CheckConstraint(condition=Q(reason__in=FreezeReason.values), name="prison_freeze_reason_known"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | Q(lifted_at__gte=F("frozen_at"), lifted_by__isnull=False),
                name="prison_freeze_lifted_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["establishment", "-frozen_at"], name="prison_freeze_newest"),
            models.Index(fields=["id"], condition=Q(is_carried=False), name="freeze_to_carry"),
        ]

    def __str__(self) -> str:
        return f"{self.establishment_id} {self.building_id or '*'} {self.reason}"
