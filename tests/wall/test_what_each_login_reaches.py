"""The wall itself: connected as a door's own login, everything in the database is tried, and only this list answers.

The tables, columns, views, sequences and functions come from the catalogue, so that a new one is closed until a line
here opens it. The list is written out by hand, apart from the migrations and from what `manage.py doctor` expects.
"""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg import errors, sql

from tests.wall.catalogue import SYSTEM_COLUMNS, Attempt, Opening, answers, attempts, columns_of, promises
from tests.wall.conftest import DOORS, Login

EVERY = "every column"
FULL = {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY, "DELETE": ""}
READ = {"SELECT": EVERY}
OWN_ACCOUNT = {"SELECT": EVERY, "UPDATE": "password last_login must_change_password second_factor_since"}
OWN_CALENDAR = {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": "last_used_at revoked_at"}
# Needed to sign in at any door; row-level security keeps each door to its own rows (test_rows_of_other_sides).
SIGNING_IN = {
    "django_content_type": READ,
    "auth_permission": READ,
    "access_establishment": READ,
    "access_session": FULL,
    "otp_totp_totpdevice": FULL,
    "otp_hotp_hotpdevice": FULL,
    "django_otp_webauthn_webauthncredential": FULL,
    "django_otp_webauthn_webauthnattestation": {"SELECT": EVERY, "DELETE": ""},
    "otp_static_staticdevice": FULL,
    "otp_static_statictoken": FULL,
    "axes_accessattempt": FULL,
    "axes_accessattemptexpiration": FULL,
    "axes_accessfailurelog": FULL,
    "axes_accesslog": FULL,
}
OPEN: dict[str, dict[str, dict[str, str]]] = {
    "prison": {
        **SIGNING_IN,
        "access_building": READ,
        "access_user": OWN_ACCOUNT,
        "access_membership": READ,
        "guardian_userobjectpermission": READ,
        "access_calendaraddress": OWN_CALENDAR,
        "appointments_movement": {
            "SELECT": "id establishment_id building_id cell last_name first_name register_number expected_at"
            " state state_at impediment",
            "UPDATE": "state state_at impediment",
        },
        "appointments_movementevent": {
            "SELECT": "id establishment_id register_number expected_at state impediment",
            "INSERT": "establishment_id register_number expected_at state impediment at by_id",
        },
        "appointments_freeze": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": "lifted_at lifted_by_id"},
        "appointments_alert": {
            "SELECT": "id establishment_id building_id register_number last_name first_name urgency raised_at"
            " is_received raised_by_id",
            "INSERT": "id establishment_id building_id register_number last_name first_name urgency raised_at"
            " raised_by_id received_at received_by_id",
        },
        "appointments_movementmark": {"SELECT": "id mark"},
        "appointments_publicationtime": {"SELECT": "establishment_id at since until"},
        "appointments_unplannedpublication": {"SELECT": "establishment_id day"},
        "appointments_printedsheet": {"SELECT": EVERY, "INSERT": EVERY},
    },
    "accounts": {
        **SIGNING_IN,
        "access_building": READ,
        "access_user": {
            "SELECT": "id username full_name email side is_active last_login must_change_password second_factor_since"
            " date_joined",
            "UPDATE": "password last_login must_change_password second_factor_since",
        },
        "access_membership": READ,
        "guardian_userobjectpermission": READ,
        "access_auditentry": READ,
        "appointments_agenda": {"SELECT": "id establishment_id name"},
    },
    "care": {
        **SIGNING_IN,
        "access_building": {"SELECT": EVERY, "INSERT": EVERY},
        "access_user": OWN_ACCOUNT,
        "access_membership": READ,
        "guardian_userobjectpermission": READ,
        "access_calendaraddress": OWN_CALENDAR,
        "appointments_detainee": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_agenda": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_kind": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_appointment": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_series": {"SELECT": EVERY, "INSERT": EVERY},
        "appointments_request": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_question": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_requestsettings": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_appointmentchange": {"SELECT": EVERY, "INSERT": EVERY},
        "appointments_escort": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_slipwording": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_registryimport": {"SELECT": EVERY, "INSERT": EVERY},
        "appointments_registryupload": {"SELECT": EVERY, "INSERT": EVERY, "DELETE": ""},
        "appointments_consultationsession": FULL,
        "appointments_arrivaltime": FULL,
        "appointments_sessionpattern": FULL,
        "appointments_room": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_unitcalendar": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_absence": {"SELECT": EVERY, "INSERT": EVERY, "DELETE": ""},
        "appointments_closure": {"SELECT": EVERY, "INSERT": EVERY, "DELETE": ""},
        "appointments_hold": {"SELECT": EVERY, "UPDATE": "subject"},
        "appointments_movement": FULL,
        "appointments_movementevent": {"SELECT": "id establishment_id register_number expected_at state impediment at"},
        "appointments_freeze": {"SELECT": "id establishment_id building_id reason frozen_at lifted_at"},
        "appointments_alert": {
            "SELECT": "id establishment_id building_id register_number last_name first_name urgency raised_at"
            " is_received received_at received_by_id",
            "UPDATE": "received_at received_by_id",
        },
        "appointments_publicationtime": FULL,
        "appointments_unplannedpublication": {"SELECT": EVERY, "INSERT": EVERY},
    },
}
WRITE_THE_LOG = "access_write_lines(bigint[],text[],text[],text[],bigint[])"
OPEN_FUNCTIONS = {
    "prison": {"access_side()", WRITE_THE_LOG},
    "accounts": {
        "access_side()",
        WRITE_THE_LOG,
        "access_open_account(bigint,bigint,text,text,text,text,text)",
        "access_change_account(bigint,bigint,bigint,text,text)",
        "access_set_active(bigint,bigint,bigint,boolean)",
        "access_set_first_password(bigint,bigint,bigint,text)",
        "access_reset_second_factor(bigint,bigint,bigint)",
        "access_give_token(bigint,bigint,bigint,text,text,integer,integer,bigint,text)",
        "access_write_access(bigint,bigint,bigint,text,date,date,bigint[],text[],boolean[])",
        "access_factor_kinds(bigint[])",
        "access_administrator_password(bigint)",
    },
    "care": {"access_side()", WRITE_THE_LOG},
}
# Their functions compare values that one already has; they reach no table.
EXTENSIONS = {"plpgsql", "btree_gist", "pg_trgm"}


def written_out(door: str, columns: dict[str, list[str]]) -> set[Opening]:
    """The list above, column by column. Who reads a whole table reads its system columns too, the prison never."""
    found = {Opening("EXECUTE", signature) for signature in OPEN_FUNCTIONS[door]}
    for table, privileges in OPEN[door].items():
        for privilege, words in privileges.items():
            if privilege == "DELETE":
                found.add(Opening(privilege, table))
                continue
            whole = words == EVERY
            system = SYSTEM_COLUMNS if whole and privilege == "SELECT" and door != "prison" else ()
            found |= {
                Opening(privilege, table, each) for each in [*(columns[table] if whole else words.split()), *system]
            }
    return found


@pytest.fixture
def owner(login: Login) -> psycopg.Connection[Any]:
    """The schema's owner, who reads the catalogue."""
    return login("owner")


@pytest.mark.parametrize("door", DOORS)
def test_login_of_a_door_reaches_what_is_written_here_and_nothing_else(
    door: str, login: Login, owner: psycopg.Connection[Any]
) -> None:
    tried = attempts(owner)
    expected = written_out(door, columns_of(owner))

    let_through = answers(login(door), tried)

    assert sorted(let_through - expected) == []
    assert sorted(expected - let_through) == []


@pytest.mark.parametrize("door", DOORS)
def test_catalogue_promises_a_login_just_what_it_gets(door: str, login: Login, owner: psycopg.Connection[Any]) -> None:
    tried = attempts(owner)

    assert promises(owner, f"carehub_{door}", tried) == answers(login(door), tried)


@pytest.mark.parametrize("door", DOORS)
def test_no_login_may_refer_to_a_table_watch_it_or_maintain_it(
    door: str, login: Login, owner: psycopg.Connection[Any]
) -> None:
    rows = owner.execute(
        "SELECT c.oid::regclass::text, p FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,"
        " unnest(ARRAY['REFERENCES', 'TRIGGER', 'MAINTAIN', 'TRUNCATE']) p"
        " WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname !~ '^(pg_|information_schema)'"
        " AND has_table_privilege(%s, c.oid, p)",
        [f"carehub_{door}"],
    )

    assert list(rows) == []


def test_only_known_extensions_bring_functions_of_their_own(owner: psycopg.Connection[Any]) -> None:
    assert {name for (name,) in owner.execute("SELECT extname FROM pg_extension")} == EXTENSIONS


@pytest.mark.parametrize("door", DOORS)
def test_new_table_view_sequence_and_function_are_closed_to_every_door(
    door: str, login: Login, owner: psycopg.Connection[Any]
) -> None:
    owner.execute("CREATE TABLE tomorrow (id bigint GENERATED BY DEFAULT AS IDENTITY, who text)")
    owner.execute("CREATE VIEW tomorrow_view AS SELECT * FROM appointments_appointment")
    owner.execute("CREATE SEQUENCE tomorrow_sequence")
    owner.execute("CREATE FUNCTION tomorrow_function(x int) RETURNS int LANGUAGE sql AS 'SELECT 1'")
    try:
        new: list[Attempt] = [each for each in attempts(owner) if each.opening.thing.startswith("tomorrow")]
        let_through = answers(login(door), new)
    finally:
        owner.execute("DROP FUNCTION tomorrow_function")
        owner.execute("DROP SEQUENCE tomorrow_sequence")
        owner.execute("DROP VIEW tomorrow_view")
        owner.execute("DROP TABLE tomorrow")

    assert {each.opening.thing for each in new} == {
        "tomorrow",
        "tomorrow_view",
        "tomorrow_sequence",
        "tomorrow_id_seq",
        "tomorrow_function(integer)",
    }
    assert let_through == set()


def test_prison_login_cannot_number_its_own_transactions(login: Login) -> None:
    """Two numbers a second apart would say how much was written on the server in between, by care too."""
    write = "UPDATE access_session SET session_key = session_key"

    with pytest.raises(errors.InsufficientPrivilege):
        login("prison").execute(f"{write} RETURNING xmin")
    with pytest.raises(errors.InsufficientPrivilege):
        login("prison").execute("SELECT xmin, ctid FROM axes_accesslog")
    login("prison").execute(f"{write} RETURNING session_key")


def test_prison_login_cannot_read_in_which_order_movements_were_written(login: Login) -> None:
    prison = login("prison")

    for column in SYSTEM_COLUMNS:
        with pytest.raises(errors.InsufficientPrivilege):
            prison.execute(sql.SQL("SELECT {} FROM appointments_movement").format(sql.Identifier(column)))
    with pytest.raises(errors.InsufficientPrivilege):
        prison.execute("SELECT id FROM appointments_movement ORDER BY ctid")
