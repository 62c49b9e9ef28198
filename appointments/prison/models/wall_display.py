"""Wall displays: screens that show the board with nobody signed in. Of an address only the digest is kept."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ShownNames(models.TextChoices):
    """How much of a name stands on the wall, where others than officers pass."""

    SHORT = "short", _("Name and initial")
    FULL = "full", _("Whole names")
    NONE = "none", _("No names, the cell alone")


class WallDisplay(models.Model):
    """One screen. Whoever holds its address reads the board, so only its SHA-256 is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    label = models.CharField(pgettext_lazy("wall display", "Where it hangs"), max_length=40)
    names = models.CharField(_("Names"), max_length=5, choices=ShownNames.choices, default=ShownNames.SHORT)
    digest = models.CharField(max_length=64, unique=True)
    opened_by = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-opened_at", "-id"]
        verbose_name = _("wall display")
        verbose_name_plural = _("wall displays")
        constraints = [
            models.CheckConstraint(condition=Q(names__in=ShownNames.values), name="display_names_known"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="display_digest"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("opened_at")), name="display_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.establishment_id} {self.label}"
