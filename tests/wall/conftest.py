"""The doors' own logins: connections to the tests' database as each door's process opens them, and nothing borrowed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import dj_database_url
import psycopg
import pytest
from django.conf import settings
from django.db import connection

DOORS = ("care", "prison", "accounts")
Login = Callable[[str], "psycopg.Connection[Any]"]


def open_connection(name: str) -> psycopg.Connection[Any]:
    """Connect to the tests' database as the login of `name` (a door, or the owner), with its own password."""
    variable = f"DATABASE_URL_{name.upper()}"
    if variable not in os.environ:
        pytest.fail(f"The wall is tried with the doors' own logins: {variable} is not set.")
    address = dj_database_url.parse(os.environ[variable])
    return psycopg.connect(
        host=address["HOST"],
        port=address["PORT"] or None,
        user=address["USER"],
        password=address["PASSWORD"],
        dbname=connection.settings_dict["NAME"],
        autocommit=True,
    )


@pytest.fixture
def login(db: None) -> Iterator[Login]:
    """Return a function that gives a connection of a login; all of them end with the test."""
    with ExitStack() as stack:
        kept: dict[str, psycopg.Connection[Any]] = {}

        def connected(name: str) -> psycopg.Connection[Any]:
            if name not in kept:
                kept[name] = stack.enter_context(open_connection(name))
                kept[name].execute("SET lock_timeout = '20s'")
            return kept[name]

        yield connected
    assert settings.CAREHUB_DOOR == "owner"
