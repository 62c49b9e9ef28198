"""What the care door's menu must know of an account beyond its role."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from access.models import User
from appointments.policies import manages_extractions


def care(request: HttpRequest) -> dict[str, Any]:
    """Return whether the account was given the hospital escorts; asked only where a template asks."""
    place, user = getattr(request, "establishment", None), getattr(request, "user", None)

    def managed() -> bool:
        return place is not None and isinstance(user, User) and manages_extractions(user, place)

    return {"manages_extractions": SimpleLazyObject(managed)}
