"""Freezes movements and releases them: the only writer of PrisonFreeze. It holds a building or the whole house."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.audit import record
from access.enums import Role, Verb
from access.models import Building, Establishment, User
from access.refusal import sentences_for_constraints
from access.sorting import FrenchKey
from appointments.models.enums.movement import FreezeReason
from appointments.prison.desk import AT_THE_UNIT, DeskRefused, role_of
from appointments.prison.models import PrisonFreeze
from appointments.prison.models.freeze import PrisonFreezeQuerySet
from appointments.prison.scope import buildings_visible_to

# Whoever decides about the whole house; a floor officer decides about their own buildings.
FREEZE_BUILDINGS = AT_THE_UNIT | {Role.FLOOR_OFFICER}
HISTORY = 30
CONSTRAINTS = {
    "one_freeze_in_force": ("frozen", gettext_lazy("Movements are already frozen there.")),
    "notices_of_a_minute": ("many", gettext_lazy("Too many changes in one minute. Wait a moment, and telephone.")),
}


def freezes_visible_to(user: User, establishment: Establishment) -> PrisonFreezeQuerySet:
    """Return the freezes of the whole house and of the buildings that `user` sees, for a week."""
    mine = Q(building__isnull=True) | Q(building__in=buildings_visible_to(user, establishment))
    return PrisonFreeze.objects.filter(mine, establishment=establishment).select_related("building")


def freezes_seen_by(user: User, establishment: Establishment) -> Sequence[PrisonFreeze]:
    """Return the freezes in force that concern `user`. One query."""
    return list(freezes_visible_to(user, establishment).in_force())


def history_seen_by(user: User, establishment: Establishment) -> Sequence[PrisonFreeze]:
    """Return the freezes that were lifted lately, newest first, with who did it. One query."""
    lifted = freezes_visible_to(user, establishment).filter(lifted_at__isnull=False)
    return list(lifted.select_related("building", "frozen_by", "lifted_by").order_by("-frozen_at", "-id")[:HISTORY])


def may_freeze_house(role: str) -> bool:
    return role in AT_THE_UNIT


def buildings_frozen_by(user: User, establishment: Establishment, *, role: str) -> QuerySet[Building]:
    mine = buildings_visible_to(user, establishment).order_by(FrenchKey("name"), "pk")
    return mine if role in FREEZE_BUILDINGS else mine.none()


def freeze(*, by: User, establishment: Establishment, building: Building | None, reason: FreezeReason) -> PrisonFreeze:
    """Freeze the movements of `building`, or of the whole house when it is none. Raises DeskRefused."""
    require_may_freeze(by, establishment, None if building is None else building.pk)
    with sentences_for_constraints(CONSTRAINTS, DeskRefused), transaction.atomic():
        made = PrisonFreeze.objects.create(establishment=establishment, building=building, reason=reason, frozen_by=by)
        record(by=by, verb=Verb.FREEZE, target=made, establishment=establishment)
    return made


def lift(*, by: User, establishment: Establishment, key: UUID) -> None:
    """Release the movements that the freeze `key` holds; one that was lifted already stays as it is.

    Raises PrisonFreeze.DoesNotExist for one that `by` does not see, DeskRefused.
    """
    held = freezes_visible_to(by, establishment).get(pk=key)
    require_may_freeze(by, establishment, held.building_id)
    with transaction.atomic():
        open_ones = PrisonFreeze.objects.filter(pk=held.pk, lifted_at__isnull=True)
        if open_ones.update(lifted_at=Now(), lifted_by=by):
            record(by=by, verb=Verb.LIFT_FREEZE, target=held, establishment=establishment)


def require_may_freeze(by: User, establishment: Establishment, building_id: int | None) -> None:
    role = role_of(by, establishment)
    if building_id is None:
        allowed = may_freeze_house(role)
    else:
        allowed = buildings_frozen_by(by, establishment, role=role).filter(pk=building_id).exists()
    if not allowed:
        raise DeskRefused("right", _("You may not freeze or release the movements there."))
