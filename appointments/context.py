"""What every page of the care and prison doors tells by itself: frozen movements, alerts that wait. Asked lazily.

The care door's menu also asks whether the account was given the hospital escorts.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from access.enums import Side
from appointments.alerts import waiting_at
from appointments.feedback import freezes_in_force
from appointments.movements.freezes import freezes_seen_by
from appointments.policies import manages_extractions

NOTHING: dict[str, Any] = {"freezes": [], "alerts_waiting": 0, "manages_extractions": False}


def notices(request: HttpRequest) -> dict[str, Any]:
    """Return what the page's banner and menu ask for; nothing before somebody is fully signed in."""
    place = getattr(request, "establishment", None)
    if place is None or settings.CAREHUB_DOOR == Side.ACCOUNTS:
        return NOTHING
    user: Any = request.user
    if settings.CAREHUB_DOOR == Side.PRISON:
        return NOTHING | {"freezes": SimpleLazyObject(lambda: freezes_seen_by(user, place))}
    return {
        "freezes": SimpleLazyObject(lambda: freezes_in_force(place)),
        "alerts_waiting": SimpleLazyObject(lambda: waiting_at(place)),
        "manages_extractions": SimpleLazyObject(lambda: manages_extractions(user, place)),
    }
