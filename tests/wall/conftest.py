"""The doors' own logins: connections to the tests' databases as each process opens them, and nothing borrowed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Protocol

import dj_database_url
import psycopg
import pytest
from django.conf import settings
from django.db import connections

DOORS = ("care", "prison", "accounts")
# Who has business in which database, and so what is tried.
CARE_VISITORS = ("care", "accounts", "courier")
PRISON_VISITORS = ("prison", "accounts", "courier")
VISITS = [*((name, "care") for name in CARE_VISITORS), *((name, "prison") for name in PRISON_VISITORS)]
ALIASES = {"care": "default", "prison": "prison"}


class Login(Protocol):
    """Gives a connection of a login to a database: without a word to its own, which is care's where it has two."""

    def __call__(self, name: str, database: str = "") -> psycopg.Connection[Any]: ...


def open_connection(name: str, database: str = "", *, like: str = "") -> psycopg.Connection[Any]:
    """Connect to one of the tests' databases as the login `name` (a door, courier, owner), with its own password.

    `like` is whose name is tried instead of the login's own, with its password.
    """
    database = database or ("prison" if name == "prison" else "care")
    variable = f"DATABASE_URL_{name.upper()}"
    if variable not in os.environ:
        pytest.fail(f"The wall is tried with the doors' own logins: {variable} is not set.")
    address = dj_database_url.parse(os.environ[variable])
    return psycopg.connect(
        host=address["HOST"],
        port=address["PORT"] or None,
        user=like or address["USER"],
        password=address["PASSWORD"],
        dbname=connections[ALIASES[database]].settings_dict["NAME"],
        autocommit=True,
    )


def standing(connection: psycopg.Connection[Any], administrator: int, *places: int) -> psycopg.Connection[Any]:
    """Let the accounts door's login ask for an administrator, who manages officers' accounts at `places`."""
    connection.execute("SELECT set_config('carehub.administrator', %s, false)", [str(administrator)])
    connection.execute("SELECT set_config('carehub.places', %s, false)", [",".join(map(str, places))])
    return connection


@pytest.fixture
def login(db: None) -> Iterator[Login]:
    """Return a function that gives a connection of a login to a database; all of them end with the test."""
    with ExitStack() as stack:
        kept: dict[tuple[str, str], psycopg.Connection[Any]] = {}

        def connected(name: str, database: str = "") -> psycopg.Connection[Any]:
            if (name, database) not in kept:
                kept[name, database] = stack.enter_context(open_connection(name, database))
                kept[name, database].execute("SET lock_timeout = '20s'")
            return kept[name, database]

        yield connected
    assert settings.CAREHUB_DOOR == "owner"
