"""Which buildings an officer sees. Deny by default: no right, no line."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from access.enums import Side
from access.models import Building, Establishment, User
from access.policy import granted

VIEW_MOVEMENTS = "view_movements"
VIEW_ALL_MOVEMENTS = "view_all_movements"


def buildings_visible_to(user: User, establishment: Establishment) -> QuerySet[Building]:
    """Return the buildings of `establishment` whose list `user` sees: all with the right on the whole house."""
    if user.side != Side.PRISON:
        return Building.objects.none()
    given = Q(pk__in=granted(user, VIEW_MOVEMENTS, Building).values("pk"))
    whole_house = Q(establishment__in=granted(user, VIEW_ALL_MOVEMENTS, Establishment).values("pk"))
    return Building.objects.filter(given | whole_house, establishment=establishment)
