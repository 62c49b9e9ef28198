"""Care units: opened and renamed by the installer, with the owner's login. No page does it."""

from __future__ import annotations

from django.db import transaction

from access.models import Establishment, User
from access.policy import give, holders
from appointments.models import CareUnit
from appointments.rights import HEAD_UNIT, LEAD_UNIT


def open_unit(establishment: Establishment, *, name: str) -> list[User]:
    """Open one more care unit; return who heads the unit that was the only one, and stays its head alone.

    Raises ValidationError.
    """
    unit = CareUnit(establishment=establishment, name=name.strip())
    unit.full_clean()
    heads: list[User] = []
    with transaction.atomic():
        Establishment.objects.select_for_update(no_key=True).get(pk=establishment.pk)
        before = list(CareUnit.objects.filter(establishment=establishment)[:2])
        if len(before) == 1:
            here = holders(LEAD_UNIT, Establishment.objects.filter(pk=establishment.pk))
            heads = list(User.objects.filter(pk__in=here).order_by("username"))
            for head in heads:
                give(head, HEAD_UNIT, before[0])
        unit.save(force_insert=True)
    return heads


def rename_unit(unit: CareUnit, *, name: str) -> None:
    """Give a unit another name. Raises ValidationError."""
    unit.name = name.strip()
    unit.full_clean()
    unit.save(update_fields=["name"])
