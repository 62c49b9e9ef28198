"""Copies of both databases as they are now, which a second set of doors serves beside the first."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.utils import CursorWrapper

from appointments import wall
from carehub.tools import tables

SUFFIX = "_few"
URL = "DATABASE_URL_"


def names_of() -> dict[str, str]:
    """Return the name of each database by its alias."""
    sides = (DEFAULT_DB_ALIAS, *settings.CAREHUB_PRISONS)
    return {alias: str(connections[alias].settings_dict["NAME"]) for alias in sides}


@contextmanager
def kept() -> Iterator[dict[str, str]]:
    """Copy both databases, which nobody else may be using; yield the names of the copies, which go at the end."""
    connections.close_all()
    names = {alias: f"{name}{SUFFIX}" for alias, name in names_of().items()}
    try:
        for alias, original in names_of().items():
            with elsewhere(alias) as server:
                server.execute(f'DROP DATABASE IF EXISTS "{names[alias]}"')
                server.execute(f'CREATE DATABASE "{names[alias]}" TEMPLATE "{original}"')
        with turned_to(names):
            for alias in names:
                # Who may connect is said of a database, not in it, and so not copied.
                with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
                    wall.put_up(cursor.execute, database=wall.of_alias(alias))
        yield names
    finally:
        for alias, name in names.items():
            with elsewhere(alias) as server:
                server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def elsewhere(alias: str) -> Iterator[CursorWrapper]:
    """A cursor in the server's own database: what is copied must be used by nobody."""
    with tables.turned_to(alias, "postgres"), connections[alias].cursor() as cursor:
        yield cursor


@contextmanager
def turned_to(names: Mapping[str, str]) -> Iterator[None]:
    """Let the connections of this process lead to these databases."""
    with ExitStack() as stack:
        for alias, name in names.items():
            stack.enter_context(tables.turned_to(alias, name))
        ContentType.objects.clear_cache()
        yield
    ContentType.objects.clear_cache()


def variables(names: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment, in which each address of a database leads to that of `names`."""
    instead = {name: names[alias] for alias, name in names_of().items()}
    return {
        variable: _turned(value, instead) if variable.startswith(URL) else value
        for variable, value in os.environ.items()
    }


def _turned(address: str, instead: Mapping[str, str]) -> str:
    parts = urlsplit(address)
    name = parts.path.removeprefix("/")
    return urlunsplit(parts._replace(path=f"/{instead.get(name, name)}"))
