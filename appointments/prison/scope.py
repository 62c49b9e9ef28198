"""Which movements and buildings an officer sees. Deny by default: no right, no line."""

from __future__ import annotations

from django.db.models import OuterRef, Q, QuerySet, Subquery

from access.enums import Side
from access.models import Building, Establishment, User
from access.policy import granted
from appointments.models.movement import Movement, MovementQuerySet
from appointments.models.publication import MovementMark

VIEW_MOVEMENTS = "view_movements"
VIEW_ALL_MOVEMENTS = "view_all_movements"
# What the prison login may not read: asking for one of these is refused by PostgreSQL.
CARE_ONLY = ("visible_from", "is_added", "withdrawn_from", "restored_from")


def buildings_visible_to(user: User, establishment: Establishment) -> QuerySet[Building]:
    """Return the buildings of `establishment` whose list `user` sees: all with the right on the whole house."""
    if user.side != Side.PRISON:
        return Building.objects.none()
    given = Q(pk__in=granted(user, VIEW_MOVEMENTS, Building).values("pk"))
    whole_house = Q(establishment__in=granted(user, VIEW_ALL_MOVEMENTS, Establishment).values("pk"))
    return Building.objects.filter(given | whole_house, establishment=establishment)


def movements_visible_to(user: User, establishment: Establishment) -> MovementQuerySet:
    """Return the movements of `establishment` in buildings that `user` sees, each with its `mark`.

    Row-level security leaves out what is not published yet; no query of the prison side need think of it.
    """
    marks = MovementMark.objects.filter(pk=OuterRef("pk")).values("mark")
    lines = Movement.objects.filter(establishment=establishment, building__in=buildings_visible_to(user, establishment))
    marked: MovementQuerySet = lines.defer(*CARE_ONLY).annotate(mark=Subquery(marks))  # type: ignore[no-redef]
    return marked
