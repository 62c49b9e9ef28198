"""What a unit has settled about its requests: whether arrivals are asked for, and which wings are closed ones."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from django.db import transaction

from access.audit import record
from access.enums import Verb
from access.folding import folded
from access.models import Establishment, User
from appointments.models import CareUnit, Kind, RequestSettings
from appointments.planning.refusals import require_head


def settings_of(establishment: Establishment) -> RequestSettings:
    """Return the settings of `establishment`, the usual ones when it has settled nothing."""
    found = RequestSettings.objects.filter(pk=establishment.pk).select_related("arrival_kind").first()
    return found or RequestSettings(establishment=establishment)


def unit_of_arrivals(establishment: Establishment) -> CareUnit:
    """Return the unit that sees arrivals; every establishment has a first unit, which does unless told otherwise."""
    return CareUnit.objects.filter(establishment=establishment)[0]


def change_settings(
    establishment: Establishment,
    *,
    by: User,
    closed_wings: str,
    arrivals_asked: bool,
    arrival_kind: Kind | None,
    arrival_days: int,
) -> RequestSettings:
    """Settle it anew. Raises PermissionDenied for anybody but the head of unit."""
    require_head(by, establishment, unit=unit_of_arrivals(establishment).pk)
    fields = {
        "closed_wings": closed_wings,
        "arrivals_asked": arrivals_asked,
        "arrival_kind": arrival_kind,
        "arrival_days": arrival_days,
    }
    with transaction.atomic():
        kept, _new = RequestSettings.objects.update_or_create(establishment=establishment, defaults=fields)
        record(by=by, verb=Verb.CHANGE_PLANNING, target=kept, establishment=establishment)
    return kept


def patterns_of(text: str) -> list[str]:
    """Return the patterns written "QD*, QI*", without capitals, accents or hyphens."""
    return [pattern for part in text.split(",") if (pattern := folded(part))]


def is_closed_wing(patterns: Iterable[str], building: str, cell: str) -> bool:
    """Whether somebody in that building and cell is in a punishment or isolation wing."""
    return any(fnmatchcase(folded(name), pattern) for pattern in patterns for name in (building, cell) if name)
