"""What a door's own process can see of its mistakes: the login it was given, and those it should not have."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connection


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
    """Stop a door that would serve with another login's rights, or a prison's that could reach the hospital's side."""
    sentence = wrong_login()
    connection.close()
    if settings.CAREHUB_DOOR == "prison" and other_addresses():
        sentence = sentence or f"The prison door also holds {', '.join(other_addresses())}: take them away."
    if sentence:
        raise ImproperlyConfigured(sentence)


@register(Tags.database)
def own_login(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    sentence = wrong_login() if databases else None
    return [Error(sentence, id="carehub.E001")] if sentence else []


def other_addresses() -> list[str]:
    """Return the variables that hold addresses of other logins than this process's own."""
    own = f"DATABASE_URL_{settings.CAREHUB_DOOR.upper()}"
    known = {own, *(f"{own}_{alias.upper()}" for alias in settings.DATABASES if alias != DEFAULT_DB_ALIAS)}
    held = (name for name in os.environ if name.startswith("DATABASE_URL_"))
    return sorted(name for name in held if name.removesuffix("_FILE") not in known)


@register(Tags.security, deploy=True)
def no_other_address(**kwargs: Any) -> list[CheckMessage]:
    """A door's process does not even hold the address of another login; the prison's must not."""
    door, others = settings.CAREHUB_DOOR, other_addresses()
    if door == "owner" or not others:
        return []
    hint = "Give each service its own environment file: docs/operations.md."
    sentence = f"The {door} door also holds {', '.join(others)}."
    if door == "prison":
        return [Error(sentence, hint=hint, id="carehub.E002")]
    return [Warning(sentence, hint=hint, id="carehub.W001")]
