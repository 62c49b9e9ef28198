"""What an administrator runs once in production (docs/operations.md, "Limits"), run here at each start."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

INSTALLER = Path(__file__).resolve().parents[3] / "appointments" / "wall" / "installer"
# A database that tests make is a copy of this one.
TEMPLATE = "template1"


def apply(superuser_url: str, *, databases: Iterable[str]) -> None:
    """Bound the logins that there are, and close in `databases`, and in those to come, what no door needs."""
    _run(superuser_url, "roles.sql")
    for name in (TEMPLATE, *databases):
        _run(make_conninfo(superuser_url, dbname=name), "limits.sql")


def _run(address: str, file: str) -> None:
    with psycopg.connect(address, autocommit=True, connect_timeout=5) as connection:
        connection.execute((INSTALLER / file).read_text(encoding="utf-8"))
