"""The doctor's look at how far a hostile login comes beside the tables: what PostgreSQL opens, its share of the server.

What `appointments/wall/installer/` makes of a server is written out here a second time, by hand.
"""

from __future__ import annotations

from collections.abc import Iterator

from carehub.doctor.database import rows
from carehub.doctor.verdict import Level, Verdict, judge

CLOSING = "As a database administrator: psql --dbname=… --file=appointments/wall/installer/limits.sql"
BOUNDING = "As a database administrator: psql --dbname=postgres --file=appointments/wall/installer/roles.sql"

# Whoever signs in for a door or a courier; the owners of the databases serve nobody.
LOGINS = r"""
    SELECT rolname, rolconnlimit FROM pg_roles
    WHERE rolname LIKE 'carehub\_%' AND rolname NOT LIKE '%\_owner' AND rolcanlogin ORDER BY 1
"""

# All that a login may call of what answers anew each time; of the rest, what would count or show the doings of others.
HARMLESS = [
    *("array_sample", "array_shuffle", "gen_random_uuid", "random", "random_normal", "setseed", "uuidv4", "uuidv7"),
    *("clock_timestamp", "current_query", "pg_is_in_recovery", "pg_notify", "set_config", "timeofday"),
    *("currval", "lastval", "nextval", "setval"),
    *("plpgsql_call_handler", "plpgsql_validator"),
]
COUNTING = (
    r"^(pg_stat_get_\w+|pg_current_(snapshot|xact_id\w*)|txid_current\w*|mxid_age|pg_get_replication_slots"
    r"|pg_relation_filenode|pg_relation_filepath|pg_filenode_relation|pg_column_toast_chunk_id)$"
)
WATCHING = r"^(pg_stat\w*|pg_locks|pg_prepared_xacts|pg_replication_slots|pg_aios)$"
OWN_ROWS = ["pg_db_role_setting", "pg_default_acl", "pg_depend", "pg_shdepend"]
SIZES = ["reltuples", "relpages", "relallvisible", "relallfrozen", "relfrozenxid", "relminmxid", "relfilenode", "xmin"]
OPEN = """
    SELECT DISTINCT p.proname || '()' FROM pg_proc p, pg_roles r
    WHERE r.rolname = ANY (%(logins)s) AND p.pronamespace = 'pg_catalog'::regnamespace
      AND has_function_privilege(r.oid, p.oid, 'EXECUTE')
      AND p.prorettype <> 'trigger'::regtype AND 'internal'::regtype <> ALL (p.proargtypes)
      AND (p.provolatile = 'v' AND p.proname <> ALL (%(harmless)s) OR p.proname ~ %(counting)s
           OR p.oid = 'age(xid)'::regprocedure)
    UNION SELECT c.relname FROM pg_class c, pg_roles r
    WHERE r.rolname = ANY (%(logins)s) AND c.relnamespace = 'pg_catalog'::regnamespace
      AND has_any_column_privilege(r.oid, c.oid, 'SELECT')
      AND (c.relkind = 'v' AND c.relname ~ %(watching)s OR c.relname = ANY (%(own_rows)s))
    UNION SELECT 'pg_class.' || a.attname FROM pg_attribute a, pg_roles r
    WHERE r.rolname = ANY (%(logins)s) AND a.attrelid = 'pg_class'::regclass AND a.attname = ANY (%(sizes)s)
      AND has_column_privilege(r.oid, a.attrelid, a.attname, 'SELECT')
    UNION SELECT 'temporary tables' FROM pg_roles r
    WHERE r.rolname = ANY (%(logins)s) AND has_database_privilege(r.oid, current_database(), 'TEMPORARY')
    ORDER BY 1
"""
WORDS = {"harmless": HARMLESS, "counting": COUNTING, "watching": WATCHING, "own_rows": OWN_ROWS, "sizes": SIZES}
NAMED_AT_MOST = 8

# A host of a door holds 8 connections, and as many again while it restarts.
LEAST, LEAST_OF_A_COURIER = 16, 2
# What the owner's commands and an administrator need when every door has taken all that it may.
LEFT_OVER = 5
CONNECTIONS = """
    SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
        - coalesce(current_setting('reserved_connections', true), '0')::int
"""

TIMES = {"lock_timeout": "20s", "idle_in_transaction_session_timeout": "1min", "temp_file_limit": "256MB"}
# A statement that failed holds names, and so does the row that was refused: none of it goes into PostgreSQL's log.
SILENCE = {
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_min_duration_statement": "-1",
    "log_statement": "none",
}
SETTINGS = """
    SELECT r.rolname, coalesce(d.datname, ''), split_part(one, '=', 1), substr(one, strpos(one, '=') + 1)
    FROM pg_roles r JOIN pg_db_role_setting s ON s.setrole = r.oid
        LEFT JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) AS one
    WHERE r.rolname = ANY (%(logins)s)
"""


def verdicts(alias: str) -> Iterator[Verdict]:
    """Look at what each login could take or watch."""
    limits = {str(login): int(limit) for login, limit in rows(alias, LOGINS)}
    yield openings(alias, list(limits))
    yield large_objects(alias)
    yield prepared_transactions(alias)
    yield from connections(alias, limits)
    yield settings(alias, list(limits))


def openings(alias: str, logins: list[str]) -> Verdict:
    """No login watches another, counts its writes, or takes a lock that asks for no right."""
    found = [str(name) for (name,) in rows(alias, OPEN, logins=logins, **WORDS)]
    more = f" and {len(found) - NAMED_AT_MOST} more" if len(found) > NAMED_AT_MOST else ""
    return judge(
        not found,
        "No login can watch another one's work, or take a lock or a file of PostgreSQL's own",
        f"PostgreSQL opens to the logins: {', '.join(found[:NAMED_AT_MOST])}{more}",
        CLOSING,
    )


def large_objects(alias: str) -> Verdict:
    """One that a door's login made cannot be read by the owner, and pg_dump stops at it."""
    [(number,)] = rows(alias, "SELECT count(*) FROM pg_largeobject_metadata")
    return judge(
        not number,
        "There are no large objects, at which a backup would stop",
        f"There are {number} large objects, and CareHub makes none: the backup may stop at them",
        "As a database administrator, after a look at them: SELECT lo_unlink(oid) FROM pg_largeobject_metadata;",
    )


def prepared_transactions(alias: str) -> Verdict:
    """What a login prepared keeps its locks when its connection is gone, and no time on a role ends it."""
    [(most,)] = rows(alias, "SELECT current_setting('max_prepared_transactions')::int")
    return judge(
        not most,
        "No login can leave a transaction behind (PREPARE TRANSACTION is off)",
        f"Any login may leave {most} prepared transactions behind, which keep their locks for ever",
        "In postgresql.conf set max_prepared_transactions to 0, and restart PostgreSQL.",
    )


def connections(alias: str, limits: dict[str, int]) -> Iterator[Verdict]:
    """No login can take all connections, and each has enough of them."""
    boundless = [login for login, limit in limits.items() if limit < 0]
    yield judge(
        not boundless,
        "Each login has a limit of connections: " + ", ".join(f"{login} {limit}" for login, limit in limits.items()),
        f"These logins may take every connection of the server: {', '.join(boundless)}",
        BOUNDING,
    )
    [(most,)] = rows(alias, CONNECTIONS)
    wanted = sum(limit for limit in limits.values() if limit > 0)
    yield judge(
        wanted + LEFT_OVER <= most,
        "When every login has taken all its connections, some are left for the owner",
        f"All logins together may take {wanted} of {most} connections: none might be left for the owner",
        f"In postgresql.conf make max_connections larger by {wanted + LEFT_OVER - most}, and restart PostgreSQL.",
    )
    few = [login for login, limit in limits.items() if 0 <= limit < least(login)]
    yield judge(
        not few,
        "Each login has as many connections as its door needs",
        f"Too few connections for a door that restarts: {', '.join(few)}",
        f"As a database administrator: ALTER ROLE … CONNECTION LIMIT {LEAST}; or more.",
        bad=Level.WARNING,
    )


def settings(alias: str, logins: list[str]) -> Verdict:
    """The times after which PostgreSQL ends what a login does are set, and a login has set nothing for itself."""
    found = {(login, database, name): value for login, database, name, value in rows(alias, SETTINGS, logins=logins)}
    wanted = {(login, "", name): value for login in logins for name, value in times(login).items()}
    differing = [
        f"{login}{f' in {database}' if database else ''}: {name} is {found.get((login, database, name), 'not set')}"
        for login, database, name in sorted(found.keys() | wanted.keys())
        if found.get((login, database, name)) != wanted.get((login, database, name))
    ]
    return judge(
        not differing,
        "What a login leaves open or waits for too long is ended, and its statements stay out of PostgreSQL’s log",
        "Settings of logins that are not those declared: " + "; ".join(differing),
        f"A login can change its own: find out who did. {BOUNDING}",
    )


def least(login: str) -> int:
    """Return how many connections a login cannot do without."""
    return LEAST_OF_A_COURIER if login.endswith("courier") else LEAST


def times(login: str) -> dict[str, str]:
    """Return the settings of a login; a courier's statements may take longer, it purges at night."""
    return {**TIMES, **SILENCE, "statement_timeout": "10min" if login.endswith("courier") else "1min"}
