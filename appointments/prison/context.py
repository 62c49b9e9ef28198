"""What every page of the prison door tells by itself: frozen movements, whether files are open. Asked lazily."""

from __future__ import annotations

from typing import Any

from django.utils.functional import SimpleLazyObject

from access.requests import DoorRequest
from appointments.prison.freezes import freezes_seen_by
from appointments.prison.permission import may_export


def notices(request: DoorRequest) -> dict[str, Any]:
    user, establishment = request.user, request.establishment
    return {
        "freezes": SimpleLazyObject(lambda: freezes_seen_by(user, establishment)),
        "may_export": SimpleLazyObject(lambda: may_export(user, establishment)),
    }
