"""The doctor's look at the database server: version, encoding, clock, migrations, logins."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

from carehub.doctor import grants
from carehub.doctor.verdict import Level, Verdict, judge

OLDEST_VERSION = 15
SECONDS_APART = 15
ROLES = [grants.OWNER, *(f"carehub_{login}" for login in grants.LOGINS)]
DOOR_ROLES = ROLES[1:]
LOGINS = """
    SELECT rolname, rolcanlogin, rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication, rolsuper
    FROM pg_roles WHERE rolname = ANY(%(roles)s)
"""


def verdicts(alias: str) -> Iterator[Verdict]:
    """Look at a database that the owner's login reaches."""
    yield version(alias)
    yield encoding(alias)
    yield clock(alias)
    yield migrations(alias)
    yield from roles(alias)


def rows(alias: str, sql: str, **values: Any) -> list[tuple[Any, ...]]:
    """Return the rows of a query of a database's catalogue."""
    with connections[alias].cursor() as cursor:
        cursor.execute(sql, values or None)
        return list(cursor.fetchall())


def version(alias: str) -> Verdict:
    """PostgreSQL is recent enough for what the migrations use."""
    number = connections[alias].pg_version // 10_000  # type: ignore[attr-defined]
    return judge(
        number >= OLDEST_VERSION,
        f"PostgreSQL {number}",
        f"PostgreSQL {number} is too old",
        f"Upgrade the server to PostgreSQL {OLDEST_VERSION} or newer.",
    )


def encoding(alias: str) -> Verdict:
    """Names of all countries fit in."""
    [(name,)] = rows(alias, "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()")
    return judge(
        name == "UTF8",
        "The database stores UTF-8",
        f"The database stores {name}, not every name fits in",
        "Create it again with ENCODING 'UTF8' and restore the backup into it.",
    )


def clock(alias: str) -> Verdict:
    """One-time codes, arrival times and the log depend on the clocks."""
    [(there, zone)] = rows(alias, "SELECT clock_timestamp(), current_setting('TimeZone')")
    apart = abs((datetime.datetime.now(datetime.UTC) - there).total_seconds())
    if zone != "UTC":
        return Verdict(
            Level.PROBLEM, f"Connections use the time zone {zone}", "Leave TIME_ZONE at UTC in the settings."
        )
    return judge(
        apart <= SECONDS_APART,
        "Instants are kept in UTC, and the database's clock agrees with this machine's",
        f"The database's clock and this machine's are {apart:.0f} s apart",
        "Let both follow one NTP server: one-time codes stop working otherwise.",
    )


def migrations(alias: str) -> Verdict:
    """The tables are those of this version."""
    executor = MigrationExecutor(connections[alias])
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return judge(
        not waiting,
        "All migrations are applied",
        f"{len(waiting)} migrations are not applied",
        "Make a backup, then run manage.py migrate with the owner's login.",
    )


def guests(alias: str) -> set[str]:
    """The logins that have no business on this server: the rules name them, and they log in on another one."""
    here = instance(alias)
    if alias == DEFAULT_DB_ALIAS:
        shared = any(instance(other) == here for other in connections if other != alias)
        return set() if shared else {"carehub_prison"}
    return set() if instance(DEFAULT_DB_ALIAS) == here else {"carehub_care"}


def instance(alias: str) -> tuple[str, str]:
    """Where a server is reached; two addresses of one server are told apart, and taken for two."""
    address = connections[alias].settings_dict
    return str(address["HOST"]), str(address["PORT"] or 5432)


def roles(alias: str) -> Iterator[Verdict]:
    """The five logins exist, and a door's login can be nothing but itself."""
    known = {name: (login, power, boundless) for name, login, power, boundless in rows(alias, LOGINS, roles=ROLES)}
    missing = [role for role in ROLES if role not in known]
    yield judge(
        not missing,
        "The five logins exist",
        f"Missing logins: {', '.join(missing)}",
        "Create them: docs/operations.md, “The five logins”.",
    )
    closed = [role for role in ROLES if role in known and not known[role][0] and role not in guests(alias)]
    yield judge(
        not closed,
        "Each of them may log in",
        f"Not allowed to log in: {', '.join(closed)}",
        "As a database administrator: ALTER ROLE … LOGIN PASSWORD …;",
        bad=Level.WARNING,
    )
    powerful = [role for role in DOOR_ROLES if role in known and known[role][1]]
    yield judge(
        not powerful,
        "No door's login has special powers",
        f"These logins could pass over the wall: {', '.join(powerful)}",
        "ALTER ROLE … NOSUPERUSER NOCREATEROLE NOCREATEDB NOBYPASSRLS NOREPLICATION;",
    )
    yield judge(
        not known.get(grants.OWNER, (False, False, False))[2],
        "The owner's login is no superuser",
        "The owner's login is a superuser: no rule of the database binds it",
        "As a database administrator: ALTER ROLE carehub_owner NOSUPERUSER;",
        bad=Level.WARNING,
    )
    yield memberships(alias)
    yield ownership(alias)


def memberships(alias: str) -> Verdict:
    """A door's login cannot become another role."""
    found = rows(
        alias,
        "SELECT m.rolname, r.rolname FROM pg_auth_members a"
        " JOIN pg_roles m ON m.oid = a.member JOIN pg_roles r ON r.oid = a.roleid"
        " WHERE m.rolname = ANY(%(doors)s) ORDER BY 1, 2",
        doors=DOOR_ROLES,
    )
    return judge(
        not found,
        "No door's login is a member of another role",
        "A door's login may become another: " + ", ".join(f"{member} → {role}" for member, role in found),
        "REVOKE the second role FROM the first.",
    )


def ownership(alias: str) -> Verdict:
    """A door's login neither owns nor creates anything."""
    owned = rows(
        alias,
        "SELECT r.rolname, c.relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner"
        " WHERE r.rolname = ANY(%(doors)s)"
        " UNION ALL SELECT r.rolname, 'creates in ' || n.nspname FROM pg_namespace n, pg_roles r"
        " WHERE r.rolname = ANY(%(doors)s) AND n.nspname !~ '^pg_' AND has_schema_privilege(r.oid, n.oid, 'CREATE')"
        " UNION ALL SELECT r.rolname, 'creates in the database' FROM pg_roles r"
        " WHERE r.rolname = ANY(%(doors)s) AND has_database_privilege(r.oid, current_database(), 'CREATE')",
        doors=DOOR_ROLES,
    )
    return judge(
        not owned,
        "No door's login owns or creates anything",
        "A door's login owns or creates: " + ", ".join(f"{role} ({what})" for role, what in owned),
        "Give what it owns to carehub_owner (REASSIGN OWNED) and revoke CREATE.",
    )
