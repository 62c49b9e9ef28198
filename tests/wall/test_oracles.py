"""What a stolen login of the prison door could ask PostgreSQL beside its tables, each way by its name (issue 9).

Each probe first makes care do something that the prison must not learn, then asks as `carehub_prison` in the prison's
database, the only one that lets it in. A probe is worth nothing if it could read nothing anywhere: where it can, the
same question is put to care's database as care, where it must answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connections
from django.utils import timezone
from psycopg import errors, sql

from access.models import User
from appointments.models import Movement
from tests.conftest import Unit
from tests.doors import carry, through
from tests.factories import local
from tests.published import early_there
from tests.wall.conftest import Login, open_connection

pytestmark = pytest.mark.django_db(transaction=True)

HIDDEN = 23
PUBLISHED = 3


@pytest.fixture
def prison(login: Login) -> psycopg.Connection[Any]:
    """The prison door's login, stolen."""
    return login("prison")


@pytest.fixture
def write(unit_a: Unit) -> Callable[..., Movement]:
    """Return a function by which care expects somebody today at eleven, as its own login."""
    early_there(unit_a.establishment)

    def expect(number: int, **fields: Any) -> Movement:
        place = unit_a.establishment
        with through("care"):
            return Movement.objects.create(
                establishment=place,
                building=unit_a.building,
                cell=f"A-{number:03d}",
                last_name="Durand",
                first_name="Paul",
                register_number=f"{number:06d}",
                expected_at=local(place, timezone.localdate(timezone=place.zone), 11),
                **fields,
            )

    return expect


@pytest.fixture
def hidden(write: Callable[..., Movement]) -> list[Movement]:
    """Lines that are on the prison's list, and many more that are not published yet."""
    for number in range(PUBLISHED):
        write(number)
    waiting = [write(100 + number, visible_from=timezone.now() + timedelta(hours=1)) for number in range(HIDDEN)]
    carry()
    return waiting


def removed(plan: Any) -> int:
    """How many rows a plan says were looked at and not given."""
    found = sum(value for key, value in plan.items() if key.startswith("Rows Removed"))
    return int(found) + sum(removed(each) for each in plan.get("Plans", []))


def plans(connected: psycopg.Connection[Any], statement: str) -> dict[str, Any]:
    """What EXPLAIN tells when the statement is executed."""
    [(told,)] = connected.execute(f"EXPLAIN (ANALYZE, BUFFERS, VERBOSE, FORMAT JSON) {statement}").fetchall()
    plan: dict[str, Any] = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
    return plan


TABLES = (
    "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')"
)


# --- Rows that a policy hides: there are none -----------------------------------------------------------


def test_explain_analyze_counts_no_row_that_the_login_does_not_see(
    hidden: list[Movement], prison: psycopg.Connection[Any], login: Login
) -> None:
    tables = [name for (name,) in login("owner", "prison").execute(TABLES)]
    told, asked = {}, []
    for table in tables:
        for statement in ("SELECT 1 FROM {}", "SELECT count(*) FROM {}", "DELETE FROM {}", "SELECT 1 FROM {} LIMIT 1"):
            try:
                with prison.transaction(force_rollback=True):
                    told[table] = max(told.get(table, 0), removed(plans(prison, statement.format(table))))
                    asked.append(table)
            except errors.InsufficientPrivilege:
                continue

    assert {table: rows for table, rows in told.items() if rows} == {}
    assert {"prison_edition", "prison_linestate", "access_user", "access_session"} <= {*asked}


def test_explain_of_the_edition_tells_of_published_lines_alone(
    hidden: list[Movement], prison: psycopg.Connection[Any], login: Login
) -> None:
    statement = (
        "SELECT line FROM prison_edition e, jsonb_array_elements(e.lines) line WHERE line ->> 'cell' = 'nowhere'"
    )
    asked = "SELECT 1 FROM appointments_movement WHERE cell = 'nowhere'"

    # An average of the days' lists, by PostgreSQL's counting.
    assert 0 < removed(plans(prison, statement)) <= PUBLISHED
    # The probe finds hidden rows where there are some.
    assert removed(plans(login("care"), asked)) == PUBLISHED + HIDDEN


@pytest.mark.parametrize(
    "form",
    [
        "EXPLAIN (ANALYZE, VERBOSE, BUFFERS, SETTINGS, WAL) SELECT FROM {}",
        "EXPLAIN SELECT FROM {}",
        "SELECT FROM {} FOR UPDATE",
        "SELECT FROM {} FOR KEY SHARE SKIP LOCKED",
        "SELECT {}::regclass::oid",
        "COPY {} TO STDOUT",
        "TABLE {}",
        "LOCK TABLE {} IN ACCESS SHARE MODE",
        "SELECT pg_relation_size('{}')",
        "SELECT '{}'::regclass",
        "ANALYZE {}",
        "DECLARE mine CURSOR FOR SELECT FROM {}",
        "SELECT row_security_active('{}')",
        "SELECT has_table_privilege('{}', 'SELECT')",
        "PREPARE mine AS SELECT FROM {}",
        "MERGE INTO prison_printedsheet USING {} ON false WHEN MATCHED THEN DO NOTHING",
    ],
)
@pytest.mark.parametrize("table", ["appointments_movement", "appointments_appointment", "carehub.public.access_user"])
def test_nothing_of_cares_database_has_a_name_here(
    table: str, form: str, hidden: list[Movement], prison: psycopg.Connection[Any]
) -> None:
    with pytest.raises(psycopg.Error) as refused, prison.transaction(force_rollback=True):
        prison.execute(form.format(table))

    # Not even that it would be forbidden.
    assert isinstance(
        refused.value,
        errors.UndefinedTable
        | errors.FeatureNotSupported
        | errors.UndefinedColumn
        | errors.InvalidCatalogName
        | errors.SyntaxError
        | errors.WrongObjectType,
    ), refused.value


# --- Snapshots: what was changed by somebody else -------------------------------------------------------


def test_row_locks_under_repeatable_read_tell_of_no_withdrawal_before_its_publication(
    hidden: list[Movement], write: Callable[..., Movement], prison: psycopg.Connection[Any]
) -> None:
    later = timezone.now() + timedelta(hours=1)
    with open_connection("prison") as patient:
        patient.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        before = patient.execute("SELECT * FROM prison_edition ORDER BY id").fetchall()
        with through("care"):
            Movement.objects.filter(register_number="000001").update(withdrawn_from=later)
            Movement.objects.filter(pk=hidden[0].pk).delete()
        write(500, visible_from=later)
        carry()

        # Were anything of it written there, this would fail: "could not serialize access due to concurrent update".
        for table in ("access_session", "access_user"):
            patient.execute(f"SELECT FROM {table} FOR KEY SHARE")
        for table in ("prison_edition", "prison_linestate", "prison_publishinghour", "prison_heartbeat"):
            with pytest.raises(errors.InsufficientPrivilege), patient.transaction():
                patient.execute(f"SELECT FROM {table} FOR KEY SHARE")
        assert patient.execute("SELECT * FROM prison_edition ORDER BY id").fetchall() == before
        patient.execute("ROLLBACK")
    assert prison.execute("SELECT * FROM prison_edition ORDER BY id").fetchall() == before


# --- In which order and when something was written ------------------------------------------------------


def stored(login: Login) -> list[tuple[Any, ...]]:
    """The editions as they lie in the prison's database, with what only its owner reads."""
    rows = login("owner", "prison").execute("SELECT xmin::text, ctid::text, * FROM prison_edition ORDER BY ctid")
    return rows.fetchall()


def test_no_write_of_care_touches_the_prisons_database_between_publications(
    hidden: list[Movement], write: Callable[..., Movement], login: Login
) -> None:
    before = stored(login)

    later = timezone.now() + timedelta(hours=1)
    write(501, visible_from=later)
    with through("care"):
        Movement.objects.filter(pk=hidden[1].pk).delete()
        Movement.objects.filter(register_number="000000").update(withdrawn_from=later)
    for _round in range(3):
        carry()

    assert stored(login) == before


def test_lines_stand_in_the_order_of_the_floor_whatever_order_they_were_written_in(
    write: Callable[..., Movement], prison: psycopg.Connection[Any]
) -> None:
    for number in (7, 2, 9, 4, 1, 8):
        write(number)
    carry()

    rows = prison.execute(
        "SELECT line ->> 'cell' FROM prison_edition e, jsonb_array_elements(e.lines) WITH ORDINALITY AS l (line, nth)"
        " ORDER BY nth"
    )
    assert [cell for (cell,) in rows] == [f"A-{number:03d}" for number in (1, 2, 4, 7, 8, 9)]


SYSTEM = ("ctid", "xmin", "xmax", "cmin", "cmax", "tableoid")


def test_login_reads_no_system_column_of_any_table_also_of_rows_of_its_own(
    hidden: list[Movement], prison: psycopg.Connection[Any], login: Login
) -> None:
    # On one instance the number of a transaction just made counts those of care since the last one.
    prison.execute(
        "INSERT INTO access_failedattempts (side, lane, throttling_failure_count) VALUES ('prison', 'mine', 1)"
    )
    for (table,) in login("owner", "prison").execute(TABLES).fetchall():
        for column in SYSTEM:
            name = sql.Identifier(table)
            for question in (
                sql.SQL("SELECT {} FROM {}").format(sql.Identifier(column), name),
                sql.SQL("SELECT 1 FROM {} ORDER BY {}::text").format(name, sql.Identifier(column)),
                sql.SQL("SELECT 1 FROM {} WHERE {} IS NULL").format(name, sql.Identifier(column)),
            ):
                with pytest.raises(errors.InsufficientPrivilege):
                    prison.execute(question)
    for returning in SYSTEM:
        with pytest.raises(errors.InsufficientPrivilege):
            prison.execute(f"UPDATE access_failedattempts SET lane = lane RETURNING {returning}")


def test_no_identifier_counts_what_care_wrote(
    hidden: list[Movement], prison: psycopg.Connection[Any], login: Login
) -> None:
    sequences = login("owner", "prison").execute("SELECT schemaname, sequencename FROM pg_sequences").fetchall()
    for schema, name in sequences:
        for question in (
            f'SELECT last_value FROM {schema}."{name}"',
            f"SELECT nextval('{schema}.\"{name}\"')",
            f"SELECT setval('{schema}.\"{name}\"', 1)",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                prison.execute(question)
    # Of what the courier writes nothing is numbered at all.
    numbered = login("owner", "prison").execute(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name LIKE 'prison%'"
        " AND (is_identity = 'YES' OR column_default LIKE 'nextval%')"
    )
    assert numbered.fetchall() == []


# --- Statistics -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "view",
    [
        "pg_stat_all_tables",
        "pg_stat_user_tables",
        "pg_statio_all_tables",
        "pg_stat_xact_all_tables",
        "pg_stat_all_indexes",
    ],
)
def test_statistics_count_no_writes_for_the_login(
    view: str, hidden: list[Movement], prison: psycopg.Connection[Any]
) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        prison.execute(f"SELECT relname FROM {view}")


# --- Locks ----------------------------------------------------------------------------------------------

MODES = (
    "ROW SHARE",
    "ROW EXCLUSIVE",
    "SHARE UPDATE EXCLUSIVE",
    "SHARE",
    "SHARE ROW EXCLUSIVE",
    "EXCLUSIVE",
    "ACCESS EXCLUSIVE",
)


def test_login_locks_no_table_that_the_courier_needs(
    hidden: list[Movement], prison: psycopg.Connection[Any], login: Login
) -> None:
    for table in (
        "prison_edition",
        "prison_publishinghour",
        "prison_linestate",
        "prison_heartbeat",
        "prison_deskcount",
    ):
        for mode in MODES[1:]:
            with pytest.raises(errors.InsufficientPrivilege), prison.transaction(force_rollback=True):
                prison.execute(f"LOCK TABLE {table} IN {mode} MODE")


def impatient(wait: str) -> None:
    """Let care's and the courier's statements wait that long for a lock."""
    for alias in ("default", "prison"):
        with connections[alias].cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{wait}'")


def test_open_transaction_of_the_login_stops_neither_care_nor_a_publication(
    hidden: list[Movement], write: Callable[..., Movement], olga: User, login: Login
) -> None:
    with open_connection("prison") as idle, idle.transaction():
        for (table,) in login("owner", "prison").execute(TABLES).fetchall():
            try:
                with idle.transaction():
                    idle.execute(f"LOCK TABLE {table} IN ACCESS SHARE MODE")
                    idle.execute(f"SELECT FROM {table}")
            except errors.InsufficientPrivilege:
                continue
        # A line of the log, which the log's next writer at the same door waits for, and nobody else.
        idle.execute(
            "SELECT access_write_lines(ARRAY[%s]::bigint[], '{read}', '{x}', '{1}', ARRAY[NULL]::bigint[])", [olga.pk]
        )
        impatient("2s")
        write(502)
        with through("care"):
            assert Movement.objects.filter(register_number="000502").update(cell="B-1") == 1
        carry()
    impatient("0")
    lines = login("prison").execute("SELECT e.lines::text FROM prison_edition e")
    assert any("000502" in text for (text,) in lines)


# --- What is said of a refusal --------------------------------------------------------------------------


def test_refused_tap_says_the_same_of_a_line_that_waits_and_of_one_that_there_is_not(
    hidden: list[Movement], olga: User, prison: psycopg.Connection[Any]
) -> None:
    statement = (
        "INSERT INTO prison_tap (id, establishment_id, line, seen_state, seen_impediment, state, impediment, by_id)"
        " VALUES (gen_random_uuid(), %s, %s, 'expected', '', 'called', '', %s)"
    )
    said = set()
    for key in (hidden[0].pk, "00000000-0000-0000-0000-000000000000"):
        with pytest.raises(errors.CheckViolation) as refused:
            prison.execute(statement, [hidden[0].establishment_id, key, olga.pk])
        told = refused.value.diag
        said.add((told.message_primary, told.message_detail, told.message_hint, told.context, told.constraint_name))

    assert len(said) == 1


def test_constraints_of_alerts_and_freezes_tell_nothing_of_care(
    hidden: list[Movement], unit_a: Unit, olga: User, prison: psycopg.Connection[Any]
) -> None:
    # Somebody who waits to be published and somebody whom nobody knows: both are sent in the same way.
    for number in (hidden[0].register_number, "987654"):
        prison.execute(
            "INSERT INTO prison_prisonalert (id, establishment_id, building_id, register_number, last_name, first_name,"
            " urgency, raised_at, raised_by_id, is_received, is_carried)"
            " VALUES (gen_random_uuid(), %s, %s, %s, 'Durand', 'Paul', 'today', now(), %s, false, false)",
            [unit_a.establishment.pk, unit_a.building.pk, number, olga.pk],
        )
    # Of an establishment's buildings the login knows all; there is no other key to guess by.
    pointing = prison.execute(
        "SELECT DISTINCT confrelid::regclass::text FROM pg_constraint"
        " WHERE contype = 'f' AND conrelid::regclass::text LIKE 'prison%'"
    )
    assert {table for (table,) in pointing} <= {"access_establishment", "access_building", "access_user"}


def test_leaking_function_in_a_condition_is_given_nothing_but_published_lines(
    hidden: list[Movement], prison: psycopg.Connection[Any]
) -> None:
    # A cast that fails puts the value into its message.
    with pytest.raises(errors.InvalidTextRepresentation) as refused:
        prison.execute(
            "SELECT 1 FROM prison_edition e, jsonb_array_elements(e.lines) line"
            " WHERE CAST(line ->> 'cell' AS integer) = 1"
        )

    assert not any(line.cell in str(refused.value) for line in hidden)


# --- Signals and other ways out -------------------------------------------------------------------------


def test_login_hears_nothing_of_what_tells_the_courier(
    hidden: list[Movement], write: Callable[..., Movement], prison: psycopg.Connection[Any], login: Login
) -> None:
    prison.execute("LISTEN carehub_movement")
    heard_by_courier = login("courier")
    heard_by_courier.execute("LISTEN carehub_movement")

    write(503)

    # The probe: where it is said, it is heard.
    assert list(heard_by_courier.notifies(timeout=2, stop_after=1))
    assert list(prison.notifies(timeout=0.5, stop_after=1)) == []


def test_word_of_the_login_reaches_nobody_in_cares_database(prison: psycopg.Connection[Any], login: Login) -> None:
    courier = login("courier")
    courier.execute("LISTEN carehub_movement")

    prison.execute("NOTIFY carehub_movement, 'come'")

    assert list(courier.notifies(timeout=0.5, stop_after=1)) == []


@pytest.mark.parametrize(
    ("whose", "name", "database", "refusal"),
    [
        # The prison's password, by its own name and by everybody else's, at care's database.
        ("prison", "carehub_prison", "care", "permission denied for database"),
        *(("prison", f"carehub_{name}", "care", "password") for name in ("care", "accounts", "courier", "owner")),
        *(("prison", f"carehub_{name}", "prison", "password") for name in ("care", "accounts", "courier", "owner")),
        # Care's at the prison's.
        ("care", "carehub_care", "prison", "permission denied for database"),
        *(("care", f"carehub_{name}", "prison", "password") for name in ("prison", "accounts", "courier", "owner")),
    ],
)
def test_password_opens_no_other_database_and_no_other_login(
    whose: str, name: str, database: str, refusal: str, db: None
) -> None:
    with pytest.raises(psycopg.OperationalError, match=refusal):
        open_connection(whose, database, like=name)


@pytest.mark.parametrize("database", ["postgres", "template1"])
def test_login_cannot_enter_postgresqls_own_databases(database: str, prison: psycopg.Connection[Any]) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(
            host=prison.info.host,
            port=prison.info.port,
            user=prison.info.user,
            password=prison.info.password,
            dbname=database,
        )


def test_login_finds_no_way_from_one_database_into_another(prison: psycopg.Connection[Any], login: Login) -> None:
    owner = login("owner", "prison")

    assert {name for (name,) in owner.execute("SELECT extname FROM pg_extension")} <= {
        "plpgsql",
        "btree_gist",
        "pg_trgm",
    }
    assert owner.execute("SELECT count(*) FROM pg_foreign_server").fetchone() == (0,)
    for statement in (
        "CREATE EXTENSION dblink",
        "CREATE EXTENSION postgres_fdw",
        "CREATE SERVER care FOREIGN DATA WRAPPER postgres_fdw",
        "CREATE SUBSCRIPTION care CONNECTION 'dbname=carehub' PUBLICATION p",
        "CREATE PUBLICATION mine FOR ALL TABLES",
        "SELECT pg_create_logical_replication_slot('mine', 'pgoutput')",
        "SELECT pg_read_binary_file('base')",
    ):
        with pytest.raises(psycopg.Error), prison.transaction(force_rollback=True):
            prison.execute(statement)


def test_hour_of_a_return_stands_nowhere_that_the_login_reads(
    write: Callable[..., Movement], olga: User, prison: psycopg.Connection[Any], login: Login
) -> None:
    line = write(1)
    carry()
    seen = "expected"
    for step in ("called", "left", "arrived", "back"):
        prison.execute(
            "INSERT INTO prison_tap (id, establishment_id, line, seen_state, seen_impediment, state, impediment, by_id)"
            " VALUES (gen_random_uuid(), %s, %s, %s, '', %s, '', %s)",
            [line.establishment_id, line.pk, seen, step, olga.pk],
        )
        seen = step
    carry()

    assert instants_of(prison, login, since=timezone.now() - timedelta(minutes=1)) == {}


def instants_of(prison: psycopg.Connection[Any], login: Login, *, since: datetime) -> dict[str, Any]:
    """Every instant since then, in a table of the officers' doings, that the login can read."""
    columns = login("owner", "prison").execute(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        " AND table_name LIKE 'prison%' AND data_type LIKE 'timestamp%'"
    )
    found = {}
    for table, column in columns.fetchall():
        # The heart beats by the clock alone.
        if table == "prison_heartbeat":
            continue
        try:
            rows = prison.execute(f"SELECT {column} FROM {table} WHERE {column} BETWEEN %s AND now()", [since])
        except errors.InsufficientPrivilege:
            continue
        if values := rows.fetchall():
            found[f"{table}.{column}"] = values
    return found
