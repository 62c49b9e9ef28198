"""Gives each door's pages the notices of that door, without loading the code of another (docs/adr/0002)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from carehub.guides.views import help_address

NOTICES = {"care": "appointments.care.context.notices", "prison": "appointments.prison.context.notices"}
# What a page may ask for at a door that has nothing to tell, or before somebody is fully signed in.
NOTHING: dict[str, Any] = {
    "menu": None,
    "freezes": [],
    "officers_side": None,
    "manages_escorts": False,
    "may_export": False,
    "emergencies": [],
    "second_word": None,
    "help_address": "",
}


def notices(request: HttpRequest) -> dict[str, Any]:
    if getattr(request, "establishment", None) is None:
        return NOTHING
    path = NOTICES.get(settings.CAREHUB_DOOR)
    told: dict[str, Any] = import_string(path)(request) if path else {}
    return {**NOTHING, "help_address": SimpleLazyObject(lambda: help_address(request)), **told}
