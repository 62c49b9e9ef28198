"""How the desk of an establishment reads its cells, and from when on somebody is late. The prison's own choice."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appointments.arithmetic.cells import BEFORE_LAST, FIRST_TWO, HUNDREDS, NONE

LATE_AFTER = 15
LATEST = 120


class FloorRule(models.TextChoices):
    """How a cell tells its floor or wing."""

    BEFORE_LAST = BEFORE_LAST, _("All but the last part: A-1-102 is on A-1")
    FIRST_TWO = FIRST_TWO, _("The first two parts: A-1-G-102 is on A-1")
    HUNDREDS = HUNDREDS, _("The hundreds of the number: A102 is on A1, 214 on 2")
    NONE = NONE, _("The cell does not tell it")


class DeskSetting(models.Model):
    """One row an establishment, none until a senior officer has chosen."""

    establishment = models.OneToOneField(
        "access.Establishment", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    floor_rule = models.CharField(
        _("How a cell tells its floor"), max_length=12, choices=FloorRule.choices, default=FloorRule.BEFORE_LAST
    )
    late_after = models.PositiveSmallIntegerField(_("Late after so many minutes"), default=LATE_AFTER)

    class Meta:
        verbose_name = _("settings of the desk")
        constraints = [
            models.CheckConstraint(condition=Q(floor_rule__in=FloorRule.values), name="desk_floor_rule_known"),
            models.CheckConstraint(condition=Q(late_after__lte=LATEST), name="desk_late_after_bounded"),
        ]

    def __str__(self) -> str:
        return f"{self.establishment_id} {self.floor_rule} {self.late_after}"
