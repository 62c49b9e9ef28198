"""In which database an account stands: officers' in their prison's, all others' in the hospital's.

At a door there is one database, and it is `default`. The accounts door and the owner's commands work in both.
"""

from __future__ import annotations

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, models

from access.enums import Side
from access.models import Establishment


def database_of(row: models.Model) -> str:
    """Return the database from which a row was read, or to which it was written."""
    return str(row._state.db or DEFAULT_DB_ALIAS)  # noqa: SLF001 (nothing else says where a row comes from)


def database_for(side: str, establishment: Establishment) -> str:
    """Return the database in which accounts of `side` stand that work at `establishment`."""
    if side != Side.PRISON or settings.CAREHUB_DOOR == Side.PRISON:
        return DEFAULT_DB_ALIAS
    return str(establishment.prison)


def databases_of(establishment: Establishment) -> list[str]:
    """Return the databases in which accounts that work at `establishment` may stand, the hospital's first."""
    return list(dict.fromkeys(database_for(side, establishment) for side in (Side.CARE, Side.PRISON)))
