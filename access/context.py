"""What every template knows: the door it hangs in and who looks through it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from access import events, session_life
from access.events import OWN
from access.models import AccountEvent, User


def door(request: HttpRequest) -> dict[str, Any]:
    return {
        "door": settings.CAREHUB_DOOR,
        "is_demo": settings.CAREHUB_ENV == "demo",
        "establishment": getattr(request, "establishment", None),
        "membership": getattr(request, "membership", None),
        "memberships": getattr(request, "memberships", []),
        # Asked of the database by a page that has a place for it, and only where there is something.
        "untold": lambda: untold(request),
        "untold_own": OWN,
        "session_life": session_life.told(request) if hasattr(request, "session") else {"who": ""},
    }


def untold(request: HttpRequest) -> list[AccountEvent]:
    """Return what somebody who is fully signed in has not been told of their own sign-in."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or getattr(request, "establishment", None) is None:
        return []
    return events.untold(request, user)
