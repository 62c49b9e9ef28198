"""What the printed slips may be called."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class SlipLabel(models.TextChoices):
    """What this prison calls the paper that a person carries on the way to the health unit."""

    CONVOCATION = "convocation", pgettext_lazy("slip", "Convocation")
    PASS = "billet", pgettext_lazy("slip", "Circulation pass")
    MOVEMENT_SLIP = "bon", pgettext_lazy("slip", "Movement slip")
