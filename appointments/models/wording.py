"""What one establishment calls the slip that a person carries to the health unit."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appointments.models.enums.prints import SlipLabel


class SlipWording(models.Model):
    """The word printed on the slips of one establishment; without a row it is "convocation"."""

    establishment = models.OneToOneField(
        "access.Establishment", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    label = models.CharField(
        _("word on the slip"), max_length=20, choices=SlipLabel.choices, default=SlipLabel.CONVOCATION
    )

    class Meta:
        verbose_name = _("word on the slip")
        constraints = [models.CheckConstraint(condition=Q(label__in=SlipLabel.values), name="slip_label_known")]

    def __str__(self) -> str:
        return self.get_label_display()
