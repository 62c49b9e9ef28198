"""What every page of the care door tells by itself: frozen movements, alerts that wait, an officers' side left behind.

Asked lazily. The menu also asks whether the account was given the hospital escorts.
"""

from __future__ import annotations

from typing import Any

from django.utils.functional import SimpleLazyObject

from access.requests import DoorRequest
from appointments.care.lists.officers_side import officers_side
from appointments.care.reported.reading import freezes_in_force
from appointments.requests.alerts import waiting_at
from appointments.rights import rights_of


def notices(request: DoorRequest) -> dict[str, Any]:
    establishment = request.establishment
    return {
        "freezes": SimpleLazyObject(lambda: freezes_in_force(establishment)),
        "officers_side": SimpleLazyObject(lambda: officers_side(request)),
        "alerts_waiting": SimpleLazyObject(lambda: waiting_at(establishment)),
        "manages_escorts": SimpleLazyObject(lambda: rights_of(request).manages_escorts),
    }
