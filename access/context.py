"""What every template knows: the door it hangs in and who looks through it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from access import session_life


def door(request: HttpRequest) -> dict[str, Any]:
    return {
        "door": settings.CAREHUB_DOOR,
        "is_demo": settings.CAREHUB_ENV == "demo",
        "establishment": getattr(request, "establishment", None),
        "membership": getattr(request, "membership", None),
        "memberships": getattr(request, "memberships", []),
        "session_life": session_life.told(request) if hasattr(request, "session") else {"who": ""},
    }
