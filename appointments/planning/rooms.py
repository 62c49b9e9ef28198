"""The verbs of rooms: add, rename, take out of use and back."""

from __future__ import annotations

from access.models import Establishment, User
from appointments.models import Room
from appointments.planning.refusals import require_head
from appointments.planning.saving import save_recorded


def add_room(establishment: Establishment, *, by: User, name: str) -> Room:
    """Add a room. Raises PlanningRefused, PermissionDenied."""
    require_head(by, establishment)
    return save_recorded(Room(establishment=establishment, name=name), by=by)


def change_room(room: Room, *, by: User, name: str) -> Room:
    """Rename a room. Raises PlanningRefused."""
    require_head(by, room.establishment)
    room.name = name
    return save_recorded(room, by=by)


def retire_room(room: Room, *, by: User) -> Room:
    """Offer a room no longer; sessions that have it keep it."""
    require_head(by, room.establishment)
    room.is_active = False
    return save_recorded(room, by=by)


def resume_room(room: Room, *, by: User) -> Room:
    """Offer a retired room again."""
    require_head(by, room.establishment)
    room.is_active = True
    return save_recorded(room, by=by)
