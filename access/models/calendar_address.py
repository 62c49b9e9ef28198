"""Secret calendar addresses: a person's own iCalendar subscription, revocable, kept as a digest only."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


def default_end() -> datetime:
    return timezone.now() + timedelta(days=settings.CAREHUB_CALENDAR_DAYS)


class CalendarAddress(models.Model):
    """One subscription of one account. Whoever holds the address reads the feed, so only its SHA-256 is kept."""

    user = models.ForeignKey("access.User", on_delete=models.CASCADE, related_name="calendar_addresses")
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    # What the feed is about, in the words of the app that serves it (an agenda's key; empty: the account's own scope).
    scope = models.CharField(max_length=40, blank=True, default="")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    # Until when it works; one click gives it its whole time again.
    expires_at = models.DateTimeField(default=default_end)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "establishment", "scope"],
                condition=Q(revoked_at__isnull=True),
                name="one_live_address_per_scope",
            ),
        ]

    def __str__(self) -> str:
        return f"calendar address {self.pk}"

    @property
    def is_over(self) -> bool:
        return self.expires_at <= timezone.now()
