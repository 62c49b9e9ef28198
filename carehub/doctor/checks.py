"""What a door's own process can see of its mistakes: the login it was given, and those it should not have."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004
from django.core.exceptions import ImproperlyConfigured
from django.db import connection


def login_in_use() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])


def wrong_login() -> str | None:
    """Return a sentence when a door's process works with another login than its own."""
    door = settings.CAREHUB_DOOR
    used = None if door == "owner" else login_in_use()
    if used in {None, f"carehub_{door}"}:
        return None
    return f"DATABASE_URL_{door.upper()} opens the login {used}; the {door} door works with carehub_{door} only."


def refuse_another_login() -> None:
    """Stop a door that would serve with another login's rights: the wall stands in the login."""
    sentence = wrong_login()
    connection.close()
    if sentence:
        raise ImproperlyConfigured(sentence)


@register(Tags.database)
def own_login(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    sentence = wrong_login() if databases else None
    return [Error(sentence, id="carehub.E001")] if sentence else []


@register(Tags.security, deploy=True)
def no_other_address(**kwargs: Any) -> list[CheckMessage]:
    """A door's process does not even hold the address of another login."""
    own = f"DATABASE_URL_{settings.CAREHUB_DOOR.upper()}"
    others = sorted(
        name for name in os.environ if name.startswith("DATABASE_URL_") and name.removesuffix("_FILE") != own
    )
    if settings.CAREHUB_DOOR == "owner" or not others:
        return []
    hint = "Give each service its own environment file: docs/operations.md."
    return [Warning(f"The {settings.CAREHUB_DOOR} door also holds {', '.join(others)}.", hint=hint, id="carehub.W001")]
