"""What officers recorded, tap by tap: a history that only grows and outlives the movements, which are purged.

No relation to a movement or an appointment: a line is named by what it shows, its register number and arrival time.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from appointments.models.enums.movement import Impediment, MovementState, impeded_with_reason


class MovementEvent(models.Model):
    """One recorded change of one line, as the courier brought it: in the officers' order, by the officers' clock."""

    # The key of the tap at the prison side: brought twice, it is kept once.
    tap = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    register_number = models.CharField(max_length=20)
    expected_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=MovementState.choices)
    impediment = models.CharField(max_length=10, choices=Impediment.choices, blank=True, default="")
    # Which officer it was stands in the prison side's own log, and nowhere here.
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MovementState.values), name="event_state_known"),
            models.CheckConstraint(
                condition=impeded_with_reason(),
                name="event_impeded_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["establishment", "expected_at", "register_number", "id"], name="event_of_line"),
            models.Index(fields=["establishment", "-id"], name="event_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.register_number} {self.expected_at:%Y-%m-%d %H:%M} {self.state}"
