"""What a carer leaves out of the page of the day: practitioners and kinds that are not their work."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# More than any unit has; a form that sends more is none of ours.
MOST_LEFT_OUT = 200


class DayFilter(models.Model):
    """One account's choice at one establishment. Keys of what is gone meanwhile do no harm."""

    user = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    establishment = models.ForeignKey("access.Establishment", on_delete=models.PROTECT, related_name="+")
    without_agendas = ArrayField(models.BigIntegerField(), default=list, blank=True)
    without_kinds = ArrayField(models.BigIntegerField(), default=list, blank=True)

    class Meta:
        verbose_name = _("choice of the day")
        constraints = [
            models.UniqueConstraint(fields=["user", "establishment"], name="day_filter_once"),
            models.CheckConstraint(
                condition=Q(without_agendas__len__lte=MOST_LEFT_OUT, without_kinds__len__lte=MOST_LEFT_OUT),
                name="day_filter_is_short",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.establishment_id}"
