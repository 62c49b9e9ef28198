"""How far the counting of a period is."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CountState(models.TextChoices):
    ASKED = "asked", _("asked for")
    RUNNING = "running", _("under way")
    DONE = "done", _("done")
