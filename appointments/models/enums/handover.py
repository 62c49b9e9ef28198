"""The closed list of hand-overs. No logic."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class HandOverPart(models.TextChoices):
    """A file is taken over in two parts: whoever may not know of escorts does not learn whether it holds one."""

    CARE = "care", _("Requests and series")
    ESCORTS = "escorts", _("Hospital escorts")
