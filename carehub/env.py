"""Reads settings from the environment; a wrong value stops the start with a sentence. Knows no Django."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import dj_database_url

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


class BadEnvironmentError(RuntimeError):
    """A setting in the environment is missing or cannot be understood; the message says which and why."""


def env_text(name: str, default: str | None = None) -> str:
    """Return the text of NAME, or `default`; raise BadEnvironmentError when there is neither."""
    value = os.environ.get(name, default)
    if value is None:
        msg = f"{name} is not set. Give it in the environment of this process."
        raise BadEnvironmentError(msg)
    return value


def env_bool(name: str, *, default: bool = False) -> bool:
    """Return NAME as a truth value: 1/true/yes/on or 0/false/no/off."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.strip().lower() in TRUE:
        return True
    if value.strip().lower() in FALSE:
        return False
    msg = f"{name} is {value!r}: write 1 or 0."
    raise BadEnvironmentError(msg)


def env_int(name: str, default: int) -> int:
    value = os.environ.get(name)
    if value is None:
        return default
    try:
        return int(value)
    except ValueError as error:
        msg = f"{name} is {value!r}: write a whole number."
        raise BadEnvironmentError(msg) from error


def env_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def env_choice(name: str, choices: tuple[str, ...], default: str) -> str:
    value = os.environ.get(name, default)
    if value not in choices:
        msg = f"{name} is {value!r}: choose one of {', '.join(choices)}."
        raise BadEnvironmentError(msg)
    return value


def env_secret(name: str, default: str | None = None) -> str:
    """Return the secret NAME, or what the file named by NAME_FILE holds, which keeps it out of the environment."""
    file = os.environ.get(f"{name}_FILE")
    if file is None:
        return env_text(name, default)
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        msg = f"{name}_FILE names {file!r}, which cannot be read: {error.strerror}."
        raise BadEnvironmentError(msg) from error


# From its third time on a statement is prepared; after five more times PostgreSQL may keep its plan.
PREPARED_FROM = 2


def database_at(name: str, door: str, *, pooled: bool = False) -> dict[str, Any]:
    """Return Django's settings of the database whose address NAME holds, as the process of `door` opens it.

    `pooled`: a program in between gives each transaction another connection (docs/adr/0058).
    """
    settings: dict[str, Any] = {
        **dj_database_url.parse(
            env_secret(name),
            engine="access.postgresql",  # Django's own, with the access log written last
            conn_max_age=3600,
            conn_health_checks=True,
        ),
        "TEST": {"NAME": None},
        "DISABLE_SERVER_SIDE_CURSORS": pooled,
        # The accounts door alone says for whom it asks (access.sight).
        "STANDS": {True: "each transaction", False: "connection"}[pooled] if door == "accounts" else "",
    }
    options = settings.setdefault("OPTIONS", {})
    options["application_name"] = f"carehub-{door}"
    if not pooled:
        # A statement that comes again is planned once a connection (docs/adr/0073).
        options |= {"server_side_binding": True, "prepare_threshold": PREPARED_FROM}
    if door == "courier":
        # A host that swallows packets must not hold up the lists of the others.
        options |= {"connect_timeout": 5, "tcp_user_timeout": 10_000, "keepalives_idle": 10}
    return settings
