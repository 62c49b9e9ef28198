"""A login in hostile hands: what PostgreSQL itself would open to it, and how much of the server it could take."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg import errors, sql
from psycopg.conninfo import make_conninfo

from appointments.models import Hold
from appointments.models.hold import ALONE, TOGETHER
from carehub.doctor import limits as doctor
from carehub.doctor.verdict import Level
from carehub.tools.embedded import Cluster, limits, place, start
from tests.conftest import Unit
from tests.wall.conftest import DOORS, VISITS, Login

pytestmark = pytest.mark.django_db
EACH_VISIT = pytest.mark.parametrize(("name", "database"), VISITS, ids=[" at ".join(visit) for visit in VISITS])

# Each would tell of another login, stop it, or fill the disk.
ORACLES = (
    # Locks by agreement, which ask for no right.
    "SELECT pg_advisory_lock(1)",
    "SELECT pg_try_advisory_lock(1, 2)",
    "SELECT pg_advisory_xact_lock(1)",
    "SELECT pg_advisory_xact_lock_shared(1)",
    "SELECT pg_try_advisory_xact_lock_shared(1)",
    "SELECT pg_advisory_unlock_all()",
    # Large objects: they fill the disk, and pg_dump as the owner stops at them.
    "SELECT lo_create(0)",
    "SELECT lo_creat(-1)",
    "SELECT lo_from_bytea(0, 'x')",
    "SELECT lo_put(1, 0, 'x')",
    "SELECT lo_unlink(1)",
    # Who is at work, and what they hold.
    "TABLE pg_stat_activity",
    "SELECT * FROM pg_stat_get_activity(NULL)",
    "SELECT pg_stat_get_backend_idset()",
    "SELECT pg_stat_get_backend_xact_start(1)",
    "TABLE pg_locks",
    "SELECT * FROM pg_lock_status()",
    "SELECT pg_blocking_pids(1)",
    "TABLE pg_prepared_xacts",
    "TABLE pg_replication_slots",
    "SELECT pg_terminate_backend(1)",
    "SELECT pg_cancel_backend(1)",
    # How often each table was read and written, and how large it is.
    "TABLE pg_stat_all_tables",
    "TABLE pg_stat_user_tables",
    "TABLE pg_statio_all_tables",
    "TABLE pg_stat_xact_all_tables",
    "TABLE pg_stat_all_indexes",
    "TABLE pg_stat_database",
    "TABLE pg_stats",
    "TABLE pg_stat_wal",
    "SELECT pg_stat_get_tuples_inserted('{table}'::regclass)",
    "SELECT pg_stat_get_live_tuples('{table}'::regclass)",
    "SELECT pg_stat_get_db_xact_commit(1)",
    "SELECT pg_stat_force_next_flush()",
    "SELECT pg_relation_size('{table}')",
    "SELECT pg_total_relation_size('{table}')",
    "SELECT pg_database_size(current_database())",
    "SELECT pg_relation_filenode('{table}')",
    "SELECT reltuples FROM pg_class WHERE relname = '{table}'",
    "SELECT relpages FROM pg_class",
    "SELECT relfrozenxid FROM pg_class",
    # How many transactions there were, and how far the write-ahead log has come.
    "SELECT txid_current()",
    "SELECT pg_current_xact_id()",
    "SELECT pg_current_snapshot()",
    "SELECT txid_current_snapshot()",
    "SELECT pg_xact_status('3')",
    "SELECT pg_last_committed_xact()",
    "SELECT age('3'::xid)",
    "SELECT mxid_age('1')",
    "SELECT pg_get_multixact_members('1')",
    "SELECT pg_export_snapshot()",
    "SELECT pg_current_wal_lsn()",
    "SELECT pg_current_wal_insert_lsn()",
    "SELECT pg_logical_emit_message(false, 'a', 'b')",
    "SELECT pg_control_checkpoint()",
    "SELECT pg_notification_queue_usage()",
    # Rows of the catalogue that a login writes itself: their xmin would number its transaction.
    "SELECT xmin FROM pg_db_role_setting",
    "SELECT xmin FROM pg_default_acl",
    "SELECT xmin FROM pg_shdepend",
    "SELECT xmin FROM pg_depend",
    "SELECT xmin FROM pg_class",
    # Files and time of the server.
    "CREATE TEMPORARY TABLE mine (a int)",
    "SELECT pg_ls_waldir()",
    "SELECT pg_ls_tmpdir()",
    "SELECT pg_sleep(0)",
    "SET temp_file_limit = -1",
    "ALTER ROLE CURRENT_USER SET temp_file_limit = -1",
    "ALTER ROLE CURRENT_USER CONNECTION LIMIT -1",
)
VOLATILE = """
    SELECT DISTINCT p.proname FROM pg_proc p
    WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.provolatile = 'v' AND p.prorettype <> 'trigger'::regtype
      AND 'internal'::regtype <> ALL (p.proargtypes) AND has_function_privilege(p.oid, 'EXECUTE')
"""
# Who may delete from a table, or change it as a whole, may also lock it against everybody (LOCK TABLE).
SIGNING_IN = {
    "access_failedattempts",
    "access_session",
    "django_otp_webauthn_webauthnattestation",
    "django_otp_webauthn_webauthncredential",
    "otp_hotp_hotpdevice",
    "otp_static_staticdevice",
    "otp_static_statictoken",
    "otp_totp_totpdevice",
}


# A table that each database has and hides: who watches it counts.
WATCHED = {"care": "access_usedpassword", "prison": "prison_tap"}


@EACH_VISIT
def test_no_login_reaches_an_oracle_of_postgresql(name: str, database: str, login: Login) -> None:
    connected, answered = login(name, database), []

    for oracle in ORACLES:
        statement = oracle.replace("{table}", WATCHED[database])
        try:
            with connected.transaction(force_rollback=True):
                connected.execute(statement)
        except errors.InsufficientPrivilege:
            continue
        answered.append(statement)

    assert answered == []


@EACH_VISIT
def test_of_what_answers_anew_at_each_call_a_login_keeps_what_is_written_down(
    name: str, database: str, login: Login
) -> None:
    open_to_it = {name for (name,) in login(name, database).execute(VOLATILE)}

    assert open_to_it <= set(doctor.HARMLESS)
    assert {"nextval", "clock_timestamp", "pg_notify", "set_config"} <= open_to_it


@pytest.mark.parametrize("database", ["care", "prison"])
def test_owner_keeps_what_a_backup_and_an_administrator_need(database: str, login: Login) -> None:
    owner = login("owner", database)

    for statement in ("TABLE pg_stat_activity", "TABLE pg_locks", "SELECT pg_export_snapshot()", "TABLE pg_depend"):
        with owner.transaction():
            owner.execute(statement)
    with pytest.raises(errors.InsufficientPrivilege):
        owner.execute("SELECT pg_read_file('PG_VERSION')")


@pytest.mark.parametrize("door", ["courier", "accounts"])
def test_turn_of_care_cannot_be_taken_by_another_login(door: str, login: Login, unit_a: Unit) -> None:
    for lock in (ALONE, TOGETHER, ALONE.replace("FOR UPDATE", "FOR KEY SHARE"), ALONE.replace(" FOR UPDATE", "")):
        with pytest.raises(errors.InsufficientPrivilege):
            login(door).execute(lock, [unit_a.establishment.pk, "registry"])


BY_THE_COURIER = {
    "care": {"appointments_courierlease", "appointments_prisonlink"},
    "prison": {
        "access_building",
        "access_establishment",
        "prison_edition",
        "prison_exportpermission",
        "prison_exportuse",
        "prison_heartbeat",
        "prison_linestate",
        "prison_printedsheet",
        "prison_prisonalert",
        "prison_prisonfreeze",
        "prison_publishinghour",
        "prison_tap",
    },
}


@pytest.mark.parametrize(
    ("name", "database", "tables"),
    [
        ("prison", "prison", SIGNING_IN),
        ("accounts", "care", SIGNING_IN),
        ("accounts", "prison", SIGNING_IN),
        ("courier", "care", BY_THE_COURIER["care"]),
        ("courier", "prison", BY_THE_COURIER["prison"]),
    ],
)
def test_login_locks_no_table_but_those_from_which_it_deletes(
    name: str, database: str, tables: set[str], login: Login
) -> None:
    connected, locked = login(name, database), set()

    for (table,) in login("owner", database).execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
        for mode in ("ACCESS EXCLUSIVE", "SHARE"):
            try:
                with connected.transaction(force_rollback=True):
                    thing = sql.Identifier(table)
                    connected.execute(sql.SQL("LOCK TABLE {} IN {} MODE NOWAIT").format(thing, sql.SQL(mode)))
            except errors.InsufficientPrivilege:
                continue
            except errors.LockNotAvailable:
                pass
            locked.add(table)

    assert locked == tables


@pytest.mark.django_db(transaction=True)
def test_bookings_hold_the_arrival_times_together_and_a_change_waits_for_them(unit_a: Unit, login: Login) -> None:
    one, other = login("care"), login("owner")
    key = [unit_a.establishment.pk, Hold.Subject.ARRIVAL_TIMES.value]
    other.execute("SET lock_timeout = '200ms'")

    with one.transaction():
        one.execute(TOGETHER, key)
        with other.transaction():
            assert other.execute(TOGETHER, key).fetchone()
        with pytest.raises(errors.LockNotAvailable), other.transaction():
            other.execute(ALONE, key)
        with other.transaction():
            assert other.execute(ALONE, [key[0], Hold.Subject.REGISTRY.value]).fetchone()
    with other.transaction():
        assert other.execute(ALONE, key).fetchone()


def test_nothing_goes_on_without_its_lock(unit_a: Unit) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM appointments_hold")

    with pytest.raises(Hold.DoesNotExist):
        Hold.take(unit_a.establishment, Hold.Subject.REGISTRY)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A server of its own: on the tests' one the other workers need connections, too."""
    home: Path = tmp_path_factory.mktemp("limits") / "home"
    cluster = start(home, durable=False)
    yield cluster
    cluster.stop()
    place.abandon(home)


@pytest.mark.parametrize(("door", "most"), [("care", 48), ("prison", 32), ("accounts", 32)])
def test_login_takes_so_many_connections_and_leaves_the_others_theirs(server: Cluster, door: str, most: int) -> None:
    address = server.urls[door]

    with ExitStack() as stack:
        for _ in range(most):
            stack.enter_context(psycopg.connect(address))
        with pytest.raises(psycopg.OperationalError, match="too many connections for role"):
            psycopg.connect(address)
        for other in ("owner", *DOORS):
            if other != door:
                with psycopg.connect(server.urls[other]) as link:
                    assert link.execute("SELECT 1").fetchone() == (1,)


def superuser(server: Cluster) -> psycopg.Connection[Any]:
    return psycopg.connect(server.urls["superuser"], autocommit=True)


def test_login_works_with_the_times_of_its_role(server: Cluster) -> None:
    for door in DOORS:
        with psycopg.connect(server.urls[door]) as link:
            shown = [
                link.execute(f"SHOW {name}").fetchone()
                for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
            ]
        assert shown == [("1min",), ("20s",), ("1min",)]


def test_log_of_postgresql_holds_nothing_of_a_statement_that_failed_or_a_row_that_was_refused(server: Cluster) -> None:
    def fail(address: str, word: str) -> None:
        with psycopg.connect(address, autocommit=True) as link:
            with pytest.raises(errors.UndefinedTable):
                link.execute(f"INSERT INTO nowhere VALUES ('{word}')")
            link.execute("CREATE TEMPORARY TABLE person (name text UNIQUE)")
            with pytest.raises(errors.UniqueViolation, match=word):
                link.execute(f"INSERT INTO person VALUES ('{word}'), ('{word}')")

    fail(server.urls["superuser"], "ADMINISTRATOR")
    fail(server.urls["owner"], "DURAND")
    for door in DOORS:
        with psycopg.connect(server.urls[door], autocommit=True) as link, pytest.raises(errors.UndefinedTable):
            link.execute("INSERT INTO nowhere VALUES ('DURAND')")
    written = server.where.log.read_text()

    # One whom nothing silences leaves both; that a login failed is written of all.
    assert written.count("ADMINISTRATOR") >= 2
    assert written.count('relation "nowhere" does not exist') == 2 + len(DOORS)
    assert "DURAND" not in written


def test_transaction_that_is_left_open_is_ended(server: Cluster) -> None:
    setting = "ALTER ROLE carehub_prison IN DATABASE carehub_prison SET idle_in_transaction_session_timeout"
    with superuser(server) as administrator:
        administrator.execute(f"{setting} = '100ms'")
        try:
            link = psycopg.connect(server.urls["prison"])
            link.execute("SELECT 1")
            time.sleep(1)
            with pytest.raises((errors.IdleInTransactionSessionTimeout, psycopg.OperationalError)):
                link.execute("SELECT 1")
            assert link.closed
        finally:
            administrator.execute(setting.replace(" SET ", " RESET "))


def test_what_a_login_set_for_itself_is_gone_after_the_installers_file(server: Cluster) -> None:
    with psycopg.connect(server.urls["prison"], autocommit=True) as link:
        link.execute("ALTER ROLE CURRENT_USER SET statement_timeout = 0")
        link.execute("ALTER ROLE CURRENT_USER SET default_transaction_read_only = on")

    limits.apply(server.urls["superuser"], databases=["carehub"])

    with psycopg.connect(server.urls["prison"]) as link:
        assert link.execute("SHOW statement_timeout").fetchone() == ("1min",)
        assert link.execute("SHOW default_transaction_read_only").fetchone() == ("off",)


def test_database_made_later_is_closed_too_and_one_that_was_open_is_closed_by_the_file(server: Cluster) -> None:
    attempt = "SELECT lo_create(0)"
    with psycopg.connect(server.urls["owner"], autocommit=True) as owner:
        owner.execute("CREATE DATABASE later")
        owner.execute("CREATE DATABASE bare TEMPLATE template0")
    later, bare = (make_conninfo(server.urls["prison"], dbname=name) for name in ("later", "bare"))

    with psycopg.connect(later) as link, pytest.raises(errors.InsufficientPrivilege):
        link.execute(attempt)
    with psycopg.connect(bare) as link:
        link.execute(attempt)
        link.rollback()
    for _again in range(2):
        limits.apply(server.urls["superuser"], databases=["bare"])
    with psycopg.connect(bare) as link, pytest.raises(errors.InsufficientPrivilege):
        link.execute(attempt)


# --- What the doctor says ------------------------------------------------------------------------------

# What somebody could open, and how the doctor names it. What a login set for itself is named, too.
OPENINGS = [
    ("GRANT EXECUTE ON FUNCTION lo_create(oid) TO PUBLIC", "opens to the logins: lo_create()"),
    ("GRANT EXECUTE ON FUNCTION pg_advisory_lock(bigint) TO carehub_prison", "opens to the logins: pg_advisory_lock()"),
    ("GRANT EXECUTE ON FUNCTION age(xid) TO PUBLIC", "opens to the logins: age()"),
    ("GRANT EXECUTE ON FUNCTION pg_read_file(text) TO carehub_care", "opens to the logins: pg_read_file()"),
    ("GRANT SELECT ON pg_stat_activity TO carehub_prison", "opens to the logins: pg_stat_activity"),
    ("GRANT SELECT ON pg_locks TO PUBLIC", "opens to the logins: pg_locks"),
    ("GRANT SELECT ON pg_db_role_setting TO PUBLIC", "opens to the logins: pg_db_role_setting"),
    ("GRANT SELECT (reltuples) ON pg_class TO PUBLIC", "opens to the logins: pg_class.reltuples"),
    ("GRANT TEMPORARY ON DATABASE carehub TO carehub_prison", "opens to the logins: temporary tables"),
    ("SELECT lo_create(0)", "There are 1 large objects"),
    ("ALTER ROLE carehub_prison CONNECTION LIMIT -1", "take every connection of the server: carehub_prison"),
    ("ALTER ROLE carehub_prison CONNECTION LIMIT 400", "may take 504 of 147 connections"),
    ("ALTER ROLE carehub_prison CONNECTION LIMIT 5", "Too few connections for a door that restarts: carehub_prison"),
    ("ALTER ROLE carehub_prison SET statement_timeout = 0", "carehub_prison: statement_timeout is 0"),
    ("ALTER ROLE carehub_care RESET lock_timeout", "carehub_care: lock_timeout is not set"),
    ("ALTER ROLE carehub_care SET work_mem = '1GB'", "carehub_care: work_mem is 1GB"),
    ("ALTER ROLE carehub_care IN DATABASE carehub SET work_mem = '1GB'", "carehub_care in carehub: work_mem is 1GB"),
    ("CREATE ROLE carehub_new LOGIN", "take every connection of the server: carehub_new"),
]


@pytest.fixture
def administrator(server: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[psycopg.Connection[Any]]:
    """A database administrator in a transaction into which the doctor looks, and of which nothing stays."""
    with psycopg.connect(make_conninfo(server.urls["superuser"], dbname="carehub")) as link:
        monkeypatch.setattr(
            doctor, "rows", lambda _alias, query, **values: link.execute(query, values or None).fetchall()
        )
        yield link
        link.rollback()


def complaints(alias: str = "default") -> list[str]:
    return [verdict.sentence for verdict in doctor.verdicts(alias) if verdict.level != Level.OK]


def test_doctor_is_content_with_a_server_as_the_files_leave_it(administrator: psycopg.Connection[Any]) -> None:
    assert complaints() == []


@pytest.mark.parametrize(("change", "words"), OPENINGS, ids=[change[:50] for change, _words in OPENINGS])
def test_doctor_names_what_somebody_opened(administrator: psycopg.Connection[Any], change: str, words: str) -> None:
    administrator.execute(change)

    assert any(words in complaint for complaint in complaints()), complaints()


def test_no_transaction_can_be_left_behind_and_the_doctor_says_where_it_can(
    server: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(server.urls["prison"]) as link, pytest.raises(errors.ObjectNotInPrerequisiteState):
        link.execute("PREPARE TRANSACTION 'left behind'")
    monkeypatch.setattr(doctor, "rows", lambda _alias, _query: [(2,)])

    assert "2 prepared transactions" in doctor.prepared_transactions("default").sentence


def test_doctor_names_a_few_of_many_and_says_how_many_more(server: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    with psycopg.connect(server.urls["owner"], autocommit=True) as owner:
        owner.execute("CREATE DATABASE untouched TEMPLATE template0")
    with psycopg.connect(make_conninfo(server.urls["owner"], dbname="untouched")) as link:
        monkeypatch.setattr(
            doctor, "rows", lambda _alias, query, **values: link.execute(query, values or None).fetchall()
        )
        (sentence,) = complaints()

    assert sentence.count("()") == doctor.NAMED_AT_MOST
    assert sentence.endswith(" more")


@pytest.mark.parametrize("alias", ["default", "prison"])
def test_database_as_migrations_leave_it_has_nothing_open(alias: str, db: None) -> None:
    assert complaints(alias) == []
