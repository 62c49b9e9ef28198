"""What a door's own process can see of its mistakes: the login it was given, and those it should not have."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, cast

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connection

from access.password_strength import missing_words
from access.postgresql.base import DatabaseWrapper
from access.provider.configured import ADDRESSES, mistakes

# What nobody sets who wants no provider; the others have defaults.
SET_BY_HAND = ("CLIENT_ID", "CLIENT_SECRET", *ADDRESSES)


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


def untold_pooler() -> str | None:
    """Return a sentence when a door works through a connection pooler and was not told so."""
    if settings.CAREHUB_POOLED or not cast("DatabaseWrapper", connection).leads_through_a_pooler():
        return None
    door = settings.CAREHUB_DOOR
    return f"DATABASE_URL_{door.upper()} leads through a connection pooler: set CAREHUB_POOLED=1 for the {door} door."


def refuse_another_login() -> None:
    """Stop a door that would serve with another login's rights, or that could reach the other side's database."""
    sentence = wrong_login() or untold_pooler()
    connection.close()
    if across := addresses_across():
        sentence = sentence or f"The {settings.CAREHUB_DOOR} door also holds {', '.join(across)}: take them away."
    sentence = sentence or next((str(found.msg) for found in (*whole_provider(), *words_are_there())), None)
    if sentence:
        raise ImproperlyConfigured(sentence)


@register(Tags.security)
def whole_provider(**kwargs: Any) -> list[CheckMessage]:
    """An identity provider is set whole or not at all, and only where care is."""
    hint = "docs/operations.md, “An identity provider”."
    if settings.CAREHUB_DOOR in {"prison", "accounts"} and any(settings.CAREHUB_OIDC[word] for word in SET_BY_HAND):
        sentence = f"The {settings.CAREHUB_DOOR} door knows no identity provider: take CAREHUB_OIDC_* away."
        return [Error(sentence, hint=hint, id="carehub.E004")]
    return [Error(sentence, hint=hint, id="carehub.E003") for sentence in mistakes()]


@register(Tags.security)
def words_are_there(**kwargs: Any) -> list[CheckMessage]:
    """Without the French words no new password could be judged."""
    missing = missing_words()
    hint = "Run npm ci --ignore-scripts --omit=dev (make does it)."
    sentence = f"Words by which passwords are judged are not installed: {', '.join(missing)}."
    return [Error(sentence, hint=hint, id="carehub.E005")] if missing else []


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


def addresses_across() -> list[str]:
    """Return those that lead a door to the other side: at a prison's door all others, at care's those of a prison."""
    others = other_addresses()
    if settings.CAREHUB_DOOR == "prison":
        return others
    ends = tuple(f"_{name.upper()}" for name in {"prison", *settings.CAREHUB_PRISONS})
    return [name for name in others if settings.CAREHUB_DOOR == "care" and name.removesuffix("_FILE").endswith(ends)]


@register(Tags.security, deploy=True)
def no_other_address(**kwargs: Any) -> list[CheckMessage]:
    """A door's process does not even hold the address of another login; of the other side's database it must not."""
    door, others = settings.CAREHUB_DOOR, other_addresses()
    if door == "owner" or not others:
        return []
    hint = "Give each service its own environment file: docs/operations.md."
    sentence = f"The {door} door also holds {', '.join(others)}."
    if addresses_across():
        return [Error(sentence, hint=hint, id="carehub.E002")]
    return [Warning(sentence, hint=hint, id="carehub.W001")]
