"""What officers report, as care reads it: who cannot be brought and why, what is frozen.

Reads only. Care learns what was recorded and when, never which officer recorded it.
"""

from __future__ import annotations

from collections.abc import Iterable

from access.models import Establishment
from access.sorting import french_key
from appointments.models import Appointment, Freeze


def impeded(appointments: Iterable[Appointment]) -> list[Appointment]:
    found = [one for one in appointments if one.is_impeded]
    return sorted(found, key=lambda one: (one.starts_at, french_key(one.detainee.last_name), str(one.pk)))


def freezes_in_force(establishment: Establishment) -> list[Freeze]:
    """Return the frozen movements of `establishment`, the whole house first. One query."""
    return list(Freeze.objects.filter(establishment=establishment).select_related("building").in_force())
