"""What the courier knows of itself: which of two acts, and how each prison's database was reached."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone


class CourierLease(models.Model):
    """Which courier acts. One row: two may run, one at a time works, the other takes over when the lease runs out."""

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    holder = models.UUIDField(null=True)
    until = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_courier_lease")]

    def __str__(self) -> str:
        return f"{self.holder} until {self.until:%H:%M:%S}"


class PrisonLink(models.Model):
    """One prison's database, as the courier reached it last. The care door tells its users from this."""

    # The name under which the courier's settings know it; Establishment.prison points to it.
    name = models.CharField(primary_key=True, max_length=30)
    # When all was carried last, and the heartbeat that was left there then.
    reached_at = models.DateTimeField(null=True)
    # When the database was found to be older than the last visit: it came from a backup.
    restored_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
