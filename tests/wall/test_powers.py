"""A door's login can be nothing but itself: no other role, no new object, no switched-off rule, no file, no program."""

from __future__ import annotations

import pytest
from psycopg import errors, sql

from tests.wall.conftest import DOORS, VISITS, Login

pytestmark = pytest.mark.django_db

EACH_VISIT = pytest.mark.parametrize(("name", "database"), VISITS, ids=[" at ".join(visit) for visit in VISITS])
OTHERS = (
    "carehub_owner",
    "carehub_care",
    "carehub_prison",
    "carehub_accounts",
    "carehub_courier",
    "postgres",
    "pg_read_all_data",
)
# What the statements below are tried on: a table that the database's logins know, one of its policies and constraints.
ON = {
    "care": {
        "table": "appointments_movement",
        "policy": "receives ON appointments_alert",
        "rule": "impeded_with_reason",
    },
    "prison": {"table": "prison_edition", "policy": "lifts ON prison_prisonfreeze", "rule": "lines_are_neutral"},
}
REFUSED = (
    # Make something.
    "CREATE TABLE mine (a int)",
    "CREATE TEMPORARY TABLE mine (a int)",
    "CREATE VIEW mine AS SELECT 1",
    "CREATE SEQUENCE mine",
    "CREATE SCHEMA mine",
    "CREATE TYPE mine AS (a int)",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION pg_temp.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE EXTENSION pageinspect",
    "CREATE ROLE mine",
    # Change the rules.
    "ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE access_user NO FORCE ROW LEVEL SECURITY",
    "CREATE POLICY mine ON {table} USING (true)",
    "DROP POLICY {policy}",
    "ALTER TABLE access_auditentry DISABLE TRIGGER audit_append_only",
    "CREATE TRIGGER mine BEFORE INSERT ON access_user EXECUTE FUNCTION access_audit_refuse()",
    "ALTER TABLE {table} DROP CONSTRAINT {rule}",
    "CREATE OR REPLACE FUNCTION access_side() RETURNS text LANGUAGE sql AS $$ SELECT 'owner' $$",
    "ALTER FUNCTION access_side() SECURITY DEFINER",
    "DROP TABLE {table}",
    "SET session_replication_role = replica",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "ALTER ROLE CURRENT_USER BYPASSRLS",
    "ALTER DATABASE {database} SET row_security = off",
    # Leave the database.
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "COPY (SELECT 1) TO '/tmp/mine'",
    "SELECT pg_read_file('postgresql.conf')",
    "SELECT pg_ls_dir('.')",
    "SELECT lo_import('/etc/hostname')",
    # Look behind PostgreSQL's own curtains.
    "SELECT * FROM pg_statistic",
    "SELECT * FROM pg_authid",
    "SELECT * FROM pg_subscription",
    "TABLE pg_user_mapping",
    "SELECT pg_stat_reset()",
)


@EACH_VISIT
def test_login_becomes_nobody_else(name: str, database: str, login: Login) -> None:
    connected = login(name, database)

    for role in OTHERS:
        if role == f"carehub_{name}":
            continue
        with pytest.raises(errors.InsufficientPrivilege):
            connected.execute(f"SET ROLE {role}")
        with pytest.raises(errors.InsufficientPrivilege):
            connected.execute(f"SET SESSION AUTHORIZATION {role}")
    assert connected.execute("SELECT session_user, current_user").fetchone() == (f"carehub_{name}",) * 2


@EACH_VISIT
def test_login_has_no_power_of_its_own(name: str, database: str, login: Login) -> None:
    owner, role = login("owner", database), f"carehub_{name}"

    powers = owner.execute(
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication FROM pg_roles WHERE rolname = %s",
        [role],
    ).fetchone()
    memberships = owner.execute(
        "SELECT roleid::regrole::text FROM pg_auth_members WHERE member = %s::regrole", [role]
    ).fetchall()
    owned = owner.execute(
        "SELECT classid::regclass::text, objid FROM pg_shdepend"
        " WHERE refobjid = %s::regrole AND deptype = 'o'"
        " AND dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))",
        [role],
    ).fetchall()

    assert powers == (False,) * 5
    assert memberships == []
    assert owned == []


@EACH_VISIT
def test_login_makes_nothing_and_changes_no_rule(name: str, database: str, login: Login) -> None:
    connected = login(name, database)
    words = {**ON[database], "database": f'"{connected.info.dbname}"'}
    let_through = []

    for statement in REFUSED:
        for word, meant in words.items():
            statement = statement.replace(f"{{{word}}}", meant)
        try:
            with connected.transaction(force_rollback=True):
                connected.execute(statement)
        except errors.InsufficientPrivilege:
            continue
        let_through.append(statement)

    assert let_through == []


@EACH_VISIT
def test_login_gives_nobody_what_it_has(name: str, database: str, login: Login) -> None:
    connected, owner = login(name, database), login("owner", database)

    for other in {*DOORS, "courier"} - {name}:
        for table in ("access_auditentry", "access_user", ON[database]["table"]):
            with connected.transaction(force_rollback=True):
                try:
                    connected.execute(f"GRANT SELECT ON {table} TO carehub_{other}")
                except errors.InsufficientPrivilege:
                    continue
    given = owner.execute(
        "SELECT grantor::regrole::text FROM pg_class c, aclexplode(c.relacl)"
        " WHERE c.relnamespace = 'public'::regnamespace AND grantor::regrole::text = ANY(%s)",
        [[f"carehub_{each}" for each in (*DOORS, "courier")]],
    ).fetchall()

    assert given == []


SPLIT = {
    ("care", "care"): "access_user",
    ("accounts", "care"): "access_session",
    ("courier", "care"): "appointments_alert",
    ("prison", "prison"): "access_user",
    ("accounts", "prison"): "access_session",
    ("courier", "prison"): "prison_prisonfreeze",
}


@EACH_VISIT
def test_row_level_security_cannot_be_waived(name: str, database: str, login: Login) -> None:
    connected = login(name, database)
    connected.execute("SET row_security = off")

    with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
        connected.execute(f"SELECT count(*) FROM {SPLIT[name, database]}")


@pytest.mark.parametrize("view", ["pg_stats", "pg_stat_activity"])
@EACH_VISIT
def test_login_reads_no_statistics_and_does_not_watch_what_another_one_asks(
    view: str, name: str, database: str, login: Login
) -> None:
    login("owner", database).execute("ANALYZE")
    login("care").execute("SELECT 'what care asks'")

    with pytest.raises(errors.InsufficientPrivilege):
        login(name, database).execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(view)))


@pytest.mark.parametrize("database", ["care", "prison"])
def test_nobody_else_may_connect_to_the_database_or_use_its_tables(database: str, login: Login) -> None:
    owner = login("owner", database)

    to_all = owner.execute(
        "SELECT 'database', privilege_type FROM pg_database, aclexplode(datacl)"
        " WHERE datname = current_database() AND grantee = 0"
        " UNION ALL SELECT 'schema', privilege_type FROM pg_namespace, aclexplode(nspacl)"
        " WHERE nspname = 'public' AND grantee = 0"
        " UNION ALL SELECT relname, privilege_type FROM pg_class, aclexplode(relacl)"
        " WHERE relnamespace = 'public'::regnamespace AND grantee = 0"
    ).fetchall()

    assert to_all == []
