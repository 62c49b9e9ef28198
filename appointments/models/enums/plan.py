"""What becomes of a search for weekly plans."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SearchState(models.TextChoices):
    ASKED = "asked", _("asked for")
    RUNNING = "running", _("under way")
    DONE = "done", _("done")
    # Nobody was called in the half-year, or no plan keeps to what was said.
    FAILED = "failed", _("without a result")
