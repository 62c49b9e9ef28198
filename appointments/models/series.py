"""A series: the appointments that were booked together for one person (physiotherapy, dressings)."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Series(models.Model):
    """What was asked for once and booked as several appointments; they point to it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    detainee = models.ForeignKey("appointments.Detainee", on_delete=models.PROTECT, related_name="+")
    # The recurrence rule of RFC 5545 that gave the dates; what was moved or solved since stands in the appointments.
    rule = models.CharField(max_length=200)
    created_by = models.ForeignKey("access.User", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at", "id"]
        verbose_name = _("series")
        constraints = [
            # What an appointment's composite key points to: a series is of one person, at one establishment.
            models.UniqueConstraint(fields=["establishment", "detainee", "id"], name="series_of_person"),
            models.CheckConstraint(condition=models.Q(rule__startswith="FREQ="), name="series_has_rule"),
        ]

    def __str__(self) -> str:
        return self.rule
