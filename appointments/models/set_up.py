"""How far a head has come with making a unit ready: what they said of each step."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.models.enums.planning import SetUpStep, SetUpWord


class SetUpAnswer(models.Model):
    """The last word on one step of one unit. That there is a kind or a room is asked of these themselves."""

    unit = models.ForeignKey("appointments.CareUnit", on_delete=models.PROTECT, related_name="set_up_answers")
    step = models.CharField(max_length=10, choices=SetUpStep.choices)
    word = models.CharField(max_length=10, choices=SetUpWord.choices)
    said_by = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("answer about the set-up")
        constraints = [
            models.UniqueConstraint(fields=["unit", "step"], name="set_up_step_once"),
            models.CheckConstraint(
                condition=Q(step__in=SetUpStep.values, word__in=SetUpWord.values), name="set_up_words_are_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.step} {self.word}"
