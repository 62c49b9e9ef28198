"""The verbs of kinds of consultation: add, change name and usual duration, take out of use and back.

The discipline stays: past appointments of the kind are counted under it.
"""

from __future__ import annotations

from access.models import Establishment, User
from appointments.models import CareUnit, Kind
from appointments.planning.refusals import headed_unit, require_head
from appointments.planning.saving import save_recorded


def add_kind(
    establishment: Establishment,
    *,
    by: User,
    name: str,
    discipline: str,
    default_minutes: int,
    unit: CareUnit | None = None,
) -> Kind:
    """Add a kind of consultation to a unit that `by` heads, usually `default_minutes` long.

    Raises PlanningRefused, PermissionDenied.
    """
    kind = Kind(establishment=establishment, name=name, discipline=discipline, default_minutes=default_minutes)
    kind.unit = headed_unit(by, establishment, unit)
    return save_recorded(kind, by=by)


def change_kind(kind: Kind, *, by: User, name: str, default_minutes: int) -> Kind:
    """Change the name and the usual duration; appointments already booked keep theirs. Raises PlanningRefused."""
    require_head(by, kind.establishment, unit=kind.unit_id)
    kind.name, kind.default_minutes = name, default_minutes
    return save_recorded(kind, by=by)


def retire_kind(kind: Kind, *, by: User) -> Kind:
    """Offer a kind no longer; appointments already booked keep it."""
    require_head(by, kind.establishment, unit=kind.unit_id)
    kind.is_active = False
    return save_recorded(kind, by=by)


def resume_kind(kind: Kind, *, by: User) -> Kind:
    """Offer a retired kind again."""
    require_head(by, kind.establishment, unit=kind.unit_id)
    kind.is_active = True
    return save_recorded(kind, by=by)
