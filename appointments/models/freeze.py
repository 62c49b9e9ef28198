"""Frozen movements: nobody is brought from a building, or from anywhere, until an officer releases them.

The officers' own record stands at the prison side; this is what the courier brought of it. By whom is not known here.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from appointments.models.enums.movement import FreezeReason


class FreezeQuerySet(models.QuerySet["Freeze"]):
    """Reads of freezes."""

    def in_force(self) -> FreezeQuerySet:
        """Freezes that nobody has lifted yet, the whole house first."""
        return self.filter(lifted_at__isnull=True).order_by(
            F("building__name").asc(nulls_first=True), "frozen_at", "id"
        )


class Freeze(models.Model):
    """One freeze of one building, or of the whole house when `building` is none."""

    # The officers' own key of it.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    building = models.ForeignKey(
        "access.Building", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("building")
    )
    reason = models.CharField(_("reason"), max_length=10, choices=FreezeReason.choices)
    frozen_at = models.DateTimeField(db_default=Now())
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects = FreezeQuerySet.as_manager()

    class Meta:
        ordering = ["-frozen_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(reason__in=FreezeReason.values), name="freeze_reason_known"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | Q(lifted_at__gte=F("frozen_at")),
                name="freeze_lifted_after_it_began",
            ),
        ]
        indexes = [models.Index(fields=["establishment", "-frozen_at"], name="freeze_newest")]

    def __str__(self) -> str:
        return f"{self.establishment_id} {self.building_id or '*'} {self.reason}"
