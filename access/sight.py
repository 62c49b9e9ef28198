"""Tells the databases for whom the accounts door asks, so that they show that person's side and nothing of the other.

Row-level security decides (appointments/wall/accounts/policies): who says nothing sees no account but, to sign in,
those of administrators.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

from access.enums import Administered, Role, Side
from access.models import Membership, User
from access.postgresql.base import STANDING, DatabaseWrapper

ADMINISTRATOR, PLACES = STANDING


def stand_for(user: User) -> None:
    """Ask for `user` from now on, on every connection of the accounts door; do nothing at another one."""
    if settings.CAREHUB_DOOR != Side.ACCOUNTS:
        return
    who = str(user.pk)
    connection_to(DEFAULT_DB_ALIAS).stand_for({ADMINISTRATOR: who})
    mine = Membership.objects.current().filter(user=user, role=Role.ACCOUNT_ADMIN)
    places = mine.filter(administers__in=[Administered.PRISON, Administered.BOTH]).order_by("establishment")
    named = ",".join(str(key) for key in places.values_list("establishment", flat=True)) if user.is_active else ""
    for alias in settings.CAREHUB_PRISONS:
        # A prison's database knows no administrators: the door answers for what it says there.
        connection_to(alias).stand_for({ADMINISTRATOR: who, PLACES: named})


@contextmanager
def nobody_afterwards() -> Iterator[None]:
    """Ask for nobody any more once this is done: a connection serves many people, one after the other."""
    try:
        yield
    finally:
        if settings.CAREHUB_DOOR == Side.ACCOUNTS:
            for alias in (DEFAULT_DB_ALIAS, *settings.CAREHUB_PRISONS):
                connection_to(alias).stand_for({})


def connection_to(alias: str) -> DatabaseWrapper:
    return cast("DatabaseWrapper", connections[alias])
