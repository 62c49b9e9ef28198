"""What an establishment counts as repeated, and as silence of the prison's side."""

from __future__ import annotations

from access.models import Establishment
from appointments.models import ObstructionSettings


def settings_of(establishment: Establishment) -> ObstructionSettings:
    """Return what was settled; without a row the usual."""
    kept = ObstructionSettings.objects.filter(establishment=establishment).first()
    return kept or ObstructionSettings(establishment=establishment)
