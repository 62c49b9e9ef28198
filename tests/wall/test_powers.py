"""A door's login can be nothing but itself: no other role, no new object, no switched-off rule, no file, no program."""

from __future__ import annotations

import pytest
from psycopg import errors, sql

from tests.wall.conftest import DOORS, Login

pytestmark = pytest.mark.django_db

OTHERS = ("carehub_owner", "carehub_care", "carehub_prison", "carehub_accounts", "postgres", "pg_read_all_data")
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
    "ALTER TABLE appointments_movement DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE access_user NO FORCE ROW LEVEL SECURITY",
    "CREATE POLICY mine ON appointments_movement USING (true)",
    "DROP POLICY a_few_days ON appointments_movement",
    "ALTER TABLE access_auditentry DISABLE TRIGGER audit_append_only",
    "CREATE TRIGGER mine BEFORE INSERT ON access_user EXECUTE FUNCTION access_audit_refuse()",
    "ALTER TABLE appointments_appointment DROP CONSTRAINT agenda_overlap",
    "CREATE OR REPLACE FUNCTION access_side() RETURNS text LANGUAGE sql AS $$ SELECT 'owner' $$",
    "ALTER FUNCTION access_side() SECURITY DEFINER",
    "DROP TABLE appointments_movement",
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


@pytest.mark.parametrize("door", DOORS)
def test_login_of_a_door_becomes_nobody_else(door: str, login: Login) -> None:
    connected = login(door)

    for role in OTHERS:
        if role == f"carehub_{door}":
            continue
        with pytest.raises(errors.InsufficientPrivilege):
            connected.execute(f"SET ROLE {role}")
        with pytest.raises(errors.InsufficientPrivilege):
            connected.execute(f"SET SESSION AUTHORIZATION {role}")
    assert connected.execute("SELECT session_user, current_user").fetchone() == (f"carehub_{door}",) * 2


@pytest.mark.parametrize("door", DOORS)
def test_login_of_a_door_has_no_power_of_its_own(door: str, login: Login) -> None:
    owner, role = login("owner"), f"carehub_{door}"

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


@pytest.mark.parametrize("door", DOORS)
def test_login_of_a_door_makes_nothing_and_changes_no_rule(door: str, login: Login) -> None:
    connected = login(door)
    let_through = []

    for statement in REFUSED:
        try:
            with connected.transaction(force_rollback=True):
                connected.execute(statement.replace("{database}", f'"{connected.info.dbname}"'))
        except errors.InsufficientPrivilege:
            continue
        let_through.append(statement)

    assert let_through == []


@pytest.mark.parametrize("door", DOORS)
def test_login_of_a_door_gives_nobody_what_it_has(door: str, login: Login) -> None:
    connected, owner = login(door), login("owner")
    others = [other for other in DOORS if other != door]

    for other in others:
        for table in ("access_auditentry", "access_user", "appointments_movement", "appointments_appointment"):
            with connected.transaction(force_rollback=True):
                try:
                    connected.execute(f"GRANT SELECT ON {table} TO carehub_{other}")
                except errors.InsufficientPrivilege:
                    continue
    given = owner.execute(
        "SELECT grantor::regrole::text FROM pg_class c, aclexplode(c.relacl)"
        " WHERE c.relnamespace = 'public'::regnamespace AND grantor::regrole::text = ANY(%s)",
        [[f"carehub_{each}" for each in DOORS]],
    ).fetchall()

    assert given == []


@pytest.mark.parametrize("door", DOORS)
def test_row_level_security_cannot_be_waived(door: str, login: Login) -> None:
    connected = login(door)
    connected.execute("SET row_security = off")

    with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
        connected.execute("SELECT * FROM access_user" if door != "accounts" else "SELECT * FROM access_session")


@pytest.mark.parametrize("view", ["pg_stats", "pg_stat_activity"])
def test_login_of_a_door_reads_no_statistics_and_does_not_watch_what_another_one_asks(view: str, login: Login) -> None:
    login("owner").execute("ANALYZE")
    login("care").execute("SELECT 'what care asks'")

    with pytest.raises(errors.InsufficientPrivilege):
        login("prison").execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(view)))


def test_nobody_else_may_connect_to_the_database_or_use_its_tables(login: Login) -> None:
    owner = login("owner")

    to_all = owner.execute(
        "SELECT 'database', privilege_type FROM pg_database, aclexplode(datacl)"
        " WHERE datname = current_database() AND grantee = 0"
        " UNION ALL SELECT 'schema', privilege_type FROM pg_namespace, aclexplode(nspacl)"
        " WHERE nspname = 'public' AND grantee = 0"
        " UNION ALL SELECT relname, privilege_type FROM pg_class, aclexplode(relacl)"
        " WHERE relnamespace = 'public'::regnamespace AND grantee = 0"
    ).fetchall()

    assert to_all == []
