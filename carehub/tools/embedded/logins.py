"""The logins of the doors on the embedded server: their passwords, roles and database.

In production an administrator makes the same roles (docs/operations.md).
"""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from carehub.tools.embedded import limits
from carehub.tools.embedded.errors import EmbeddedServerError

# The hospital's database, and the prison's (docs/architecture.md).
CARE, PRISON = "carehub", "carehub_prison"
OWNER = "carehub_owner"
DOORS = {
    "care": "carehub_care",
    "prison": "carehub_prison",
    "accounts": "carehub_accounts",
    "courier": "carehub_courier",
}
ROLES = {"superuser": "postgres", "owner": OWNER, **DOORS}
# Each address by its name: the login, and the database that it leads to.
ADDRESSES = {
    "superuser": ("superuser", "postgres"),
    "owner": ("owner", CARE),
    "owner_prison": ("owner", PRISON),
    "care": ("care", CARE),
    "prison": ("prison", PRISON),
    "accounts": ("accounts", CARE),
    "accounts_prison": ("accounts", PRISON),
    "courier": ("courier", CARE),
    "courier_prison": ("courier", PRISON),
}
# Who has business in which database; nobody else may so much as connect.
VISITORS = {CARE: ("care", "accounts", "courier"), PRISON: ("prison", "accounts", "courier")}


def invent() -> dict[str, str]:
    """Return a new random password for each login, and a key for Django's signatures."""
    return {name: secrets.token_urlsafe(32) for name in (*ROLES, "secret_key")}


def read(path: Path) -> dict[str, str] | None:
    """Return the secrets kept in `path`, or None when there are none or they are damaged.

    Raises EmbeddedServerError when they are someone else's.
    """
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    except PermissionError as error:
        raise EmbeddedServerError(f"{path} belongs to another user. Start as that user.") from error
    complete = isinstance(kept, dict) and set(invent()) <= set(kept)
    return kept if complete else None


def write(path: Path, kept: dict[str, str]) -> None:
    """Keep the secrets in `path`, for its owner only; never half a file."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    new.touch(mode=0o600, exist_ok=False)
    new.write_text(json.dumps(kept, indent=2), encoding="utf-8")
    new.replace(path)


def url(name: str, *, passwords: dict[str, str], sockets: Path) -> str:
    """Return the address `name` (a key of ADDRESSES): a login and the database to which it leads."""
    login, database = ADDRESSES[name]
    return f"postgresql://{ROLES[login]}:{passwords[login]}@{quote(str(sockets), safe='')}/{database}"


def answers(superuser_url: str) -> bool:
    """Say whether the server takes connections (false while it still replays its log)."""
    try:
        connect(superuser_url).close()
    except psycopg.OperationalError as error:
        if "password authentication failed" in str(error):
            raise
        return False
    return True


def ensure(superuser_url: str, *, passwords: dict[str, str]) -> None:
    """Bring roles, memberships and the database to what the product expects. Safe to repeat."""
    with connect(superuser_url) as connection:
        known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for name in ("owner", *DOORS):
            role = sql.Identifier(ROLES[name])
            if ROLES[name] not in known:
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, sql.Literal(passwords[name])))
        owner = sql.Identifier(OWNER)
        connection.execute(sql.SQL("ALTER ROLE {} CREATEDB CREATEROLE").format(owner))
        # The owner may become a door (tests do), but does not hold a door's rights without saying so.
        doors = sql.SQL(", ").join(map(sql.Identifier, DOORS.values()))
        connection.execute(sql.SQL("GRANT {} TO {} WITH INHERIT FALSE, SET TRUE").format(doors, owner))
        for database, visitors in VISITORS.items():
            _ensure_database(connection, database, visitors)
        _close_to_doors(connection)
    limits.apply(superuser_url, databases=[*VISITORS])


def connect(address: str) -> psycopg.Connection[tuple[object, ...]]:
    """Connect outside a transaction, giving up after five seconds."""
    return psycopg.connect(address, autocommit=True, connect_timeout=5)


def _ensure_database(
    connection: psycopg.Connection[tuple[object, ...]], database: str, visitors: tuple[str, ...]
) -> None:
    name = sql.Identifier(database)
    if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [database]).fetchall():
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, sql.Identifier(OWNER)))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    for door, role in DOORS.items():
        word = sql.SQL(
            "GRANT CONNECT ON DATABASE {} TO {}" if door in visitors else "REVOKE ALL ON DATABASE {} FROM {}"
        )
        connection.execute(word.format(name, sql.Identifier(role)))


def _close_to_doors(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Shut PostgreSQL's own databases: a door has no business there."""
    for other in ("postgres", "template1"):
        name = sql.Identifier(other)
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, sql.Identifier(OWNER)))
