"""How late somebody may be before it counts, per establishment."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

USUAL_TOLERANCE = 30
TOLERANCES = (5, 240)


class DelaySettings(models.Model):
    """How many minutes after their arrival time somebody may come; without a row the usual half-hour."""

    establishment = models.OneToOneField(
        "access.Establishment", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    tolerance = models.PositiveSmallIntegerField(_("minutes tolerated"), default=USUAL_TOLERANCE)

    class Meta:
        verbose_name = _("tolerance of delays")
        constraints = [models.CheckConstraint(condition=Q(tolerance__range=TOLERANCES), name="tolerance_in_bounds")]

    def __str__(self) -> str:
        return f"{self.tolerance} min"
