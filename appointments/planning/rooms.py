"""The verbs of rooms: add, rename, take out of use and back."""

from __future__ import annotations

from django.db import transaction

from access.audit import record
from access.enums import Verb
from access.models import Establishment, User
from appointments.models import Room
from appointments.planning.refusals import planning_refusals, require_head


def add_room(establishment: Establishment, *, by: User, name: str) -> Room:
    """Add a room. Raises PlanningRefused, PermissionDenied."""
    require_head(by, establishment)
    return _save(Room(establishment=establishment, name=name), by=by)


def change_room(room: Room, *, by: User, name: str) -> Room:
    """Rename a room. Raises PlanningRefused."""
    require_head(by, room.establishment)
    room.name = name
    return _save(room, by=by)


def retire_room(room: Room, *, by: User) -> Room:
    """Offer a room no longer; sessions that have it keep it."""
    require_head(by, room.establishment)
    room.is_active = False
    return _save(room, by=by)


def resume_room(room: Room, *, by: User) -> Room:
    """Offer a retired room again."""
    require_head(by, room.establishment)
    room.is_active = True
    return _save(room, by=by)


def _save(room: Room, *, by: User) -> Room:
    with planning_refusals(), transaction.atomic():
        room.save()
        record(by=by, verb=Verb.CHANGE_PLANNING, target=room, establishment=room.establishment_id)
    return room
