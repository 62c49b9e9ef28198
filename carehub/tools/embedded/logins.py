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

DATABASE = "carehub"
OWNER = "carehub_owner"
DOORS = {"care": "carehub_care", "prison": "carehub_prison", "accounts": "carehub_accounts"}
ROLES = {"superuser": "postgres", "owner": OWNER, **DOORS}


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
    """Return the address under which the login `name` (a key of ROLES) reaches its database."""
    database = "postgres" if name == "superuser" else DATABASE
    return f"postgresql://{ROLES[name]}:{passwords[name]}@{quote(str(sockets), safe='')}/{database}"


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
        _ensure_database(connection)
    limits.apply(superuser_url, databases=[DATABASE])


def connect(address: str) -> psycopg.Connection[tuple[object, ...]]:
    """Connect outside a transaction, giving up after five seconds."""
    return psycopg.connect(address, autocommit=True, connect_timeout=5)


def _ensure_database(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    owner = sql.Identifier(OWNER)
    database = sql.Identifier(DATABASE)
    if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchall():
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, owner))
    # A door has its own database and no business in PostgreSQL's.
    for other in ("postgres", "template1"):
        name = sql.Identifier(other)
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, owner))
