"""What every page of the care door tells by itself: frozen movements, alerts that wait, an officers' side left behind.

Asked lazily. The menu also asks whether the account was given the hospital escorts and whether it reads the log of
obstructed care.
"""

from __future__ import annotations

from typing import Any

from django.utils.functional import SimpleLazyObject

from access.enums import Role
from access.requests import DoorRequest, made
from appointments.care.keys.views import WITHOUT_KEYS
from appointments.care.lists.officers_side import officers_side
from appointments.care.living import OpenPage
from appointments.care.menu import menu_of
from appointments.care.pages import way_of
from appointments.care.reported.reading import freezes_in_force
from appointments.care.waiting import MenuWaiting, waiting_of
from appointments.models import EmergencyAccess, Freeze
from appointments.rights import rights_of


def emergencies_of(request: DoorRequest) -> list[EmergencyAccess]:
    """Return the emergency accesses of a carer that run; who heads the unit has none."""
    return [] if request.membership.role == Role.HEAD else rights_of(request).emergencies


def freezes_of(request: DoorRequest) -> list[Freeze]:
    """Return the movements that are frozen; where the menu has counted, it knows when there are none."""
    asked = made(request, MenuWaiting)
    return [] if asked and not asked.is_frozen else freezes_in_force(request.establishment)


def notices(request: DoorRequest) -> dict[str, Any]:
    return {
        # Where an open page asks again; one with parts that live says so itself.
        "open_page": SimpleLazyObject(OpenPage.of_urgent),
        # Where a page leads back to that was opened from the set-up.
        "way": SimpleLazyObject(lambda: way_of(request)),
        "menu": SimpleLazyObject(lambda: menu_of(request)),
        "without_keys": bool(request.session.get(WITHOUT_KEYS)),
        "freezes": SimpleLazyObject(lambda: freezes_of(request)),
        "officers_side": SimpleLazyObject(lambda: officers_side(request)),
        "stranded_waiting": SimpleLazyObject(lambda: waiting_of(request).stranded),
        "reads_obstruction": SimpleLazyObject(lambda: rights_of(request).reads_obstruction),
        "manages_escorts": SimpleLazyObject(lambda: rights_of(request).manages_escorts),
        "emergencies": SimpleLazyObject(lambda: emergencies_of(request)),
        "second_word": SimpleLazyObject(lambda: waiting_of(request)),
    }
