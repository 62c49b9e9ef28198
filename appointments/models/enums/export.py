"""What officers may take out of the screen, and what the prison's database answered about a permission."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class TakenAs(models.TextChoices):
    """How a list leaves the screen."""

    FILE = "file", _("spreadsheet (CSV)")
    CALENDAR = "calendar", _("calendar subscription")


class ExportAnswer(models.TextChoices):
    """What the prison's database said of a permission; empty until the courier has been there."""

    OPEN = "open", _("open")
    UNKNOWN = "unknown", _("no such account")
    CLOSED = "closed", _("closed")
