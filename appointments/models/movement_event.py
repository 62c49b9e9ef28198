"""What officers recorded, tap by tap: a history that only grows and outlives the movements, which are purged.

No relation to a movement or an appointment: a line is named by what it shows, its register number and arrival time.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from appointments.models.enums.movement import Impediment, MovementState


class MovementEvent(models.Model):
    """One recorded change of one line. The database numbers the events in the order in which they become visible."""

    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    register_number = models.CharField(max_length=20)
    expected_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=MovementState.choices)
    impediment = models.CharField(max_length=10, choices=Impediment.choices, blank=True, default="")
    # The database's clock says it, whatever is sent. Closed to the prison login: arrival and return together would tell
    # how long a consultation lasted (docs/adr/0011).
    at = models.DateTimeField(default=timezone.now)
    # Closed to the care login: officers' accounts are none of its business.
    by = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MovementState.values), name="event_state_known"),
            models.CheckConstraint(
                condition=Q(state=MovementState.IMPEDED, impediment__in=Impediment.values)
                | (~Q(state=MovementState.IMPEDED) & Q(impediment="")),
                name="event_impeded_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["establishment", "expected_at", "register_number", "id"], name="event_of_line"),
            models.Index(fields=["establishment", "-id"], name="event_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.register_number} {self.expected_at:%Y-%m-%d %H:%M} {self.state}"


class EventTurn(models.Model):
    """A row for each establishment, which whoever records there holds until the commit: events become visible in order.

    Made by the trigger that numbers events, closed to every login.
    """

    establishment_id = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return str(self.establishment_id)
