"""The wall itself: connected with each login's own password, everything in each database is tried, and only this list
answers.

The tables, columns, views, sequences and functions come from the catalogue, so that a new one is closed until a line
here opens it. The list is written out by hand, apart from the migrations and from what `manage.py doctor` expects.
"""

from __future__ import annotations

import psycopg
import pytest
from psycopg import errors

from tests.wall.catalogue import SYSTEM_COLUMNS, Attempt, Opening, answers, attempts, columns_of, promises
from tests.wall.conftest import VISITS, Login, open_connection

EVERY = "every column"
FULL = {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY, "DELETE": ""}
READ = {"SELECT": EVERY}
OWN_ACCOUNT = {
    "SELECT": EVERY,
    "UPDATE": "password last_login must_change_password second_factor_since untold_since last_establishment_id",
}
OWN_CALENDAR = {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": "last_used_at revoked_at expires_at"}
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
    "access_failedattempts": FULL,
    "access_accountevent": {"SELECT": EVERY, "INSERT": EVERY},
}
# The accounts door has one login and the same to do in either database.
ACCOUNTS_OF_BOTH_SIDES = {
    **SIGNING_IN,
    "access_building": READ,
    "access_user": {
        "SELECT": "id username full_name email side is_active last_login must_change_password second_factor_since"
        " untold_since last_establishment_id date_joined sheet_until suspended_at counted_since",
        "UPDATE": "password last_login must_change_password second_factor_since untold_since last_establishment_id",
    },
    "access_membership": READ,
    "guardian_userobjectpermission": READ,
    "access_auditentry": READ,
    "access_accessreview": READ,
    "access_reviewline": READ,
}
SENT = "id establishment_id building_id register_number last_name first_name urgency raised_at"
FREEZE = "id establishment_id building_id reason frozen_at lifted_at"
OPEN: dict[tuple[str, str], dict[str, dict[str, str]]] = {
    ("care", "care"): {
        **SIGNING_IN,
        "access_building": {"SELECT": EVERY, "INSERT": EVERY},
        "access_user": {**OWN_ACCOUNT, "UPDATE": f"{OWN_ACCOUNT['UPDATE']} counted_since"},
        "access_membership": READ,
        "guardian_userobjectpermission": READ,
        "access_calendaraddress": OWN_CALENDAR,
        "access_providerlink": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": "last_used_at", "DELETE": ""},
        "access_interfacetoken": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": "last_used_at ended_at"},
        "access_interfacesending": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": "at content made"},
        "appointments_detainee": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_agenda": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_careunit": READ,
        "access_secondword": READ,
        "access_custodian": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": "ended_at"},
        "appointments_emergencyaccess": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": "ended_at word word_by_id"},
        "appointments_kind": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_appointment": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_series": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": "detainee_id"},
        "appointments_request": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_question": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_requestsettings": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_appointmentchange": {"SELECT": EVERY, "INSERT": EVERY},
        "appointments_escort": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_escortchange": {"SELECT": EVERY, "INSERT": EVERY},
        "appointments_slipwording": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_dayfilter": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_delaysettings": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_setupanswer": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": "word said_by_id said_at"},
        "appointments_registryimport": {
            "SELECT": EVERY,
            "INSERT": EVERY,
            "UPDATE": "effects undone_at undone_by_id",
        },
        "appointments_registrychange": {"SELECT": EVERY, "INSERT": EVERY},
        "appointments_formernumber": {"SELECT": EVERY, "INSERT": EVERY, "DELETE": ""},
        "appointments_personjoin": {
            "SELECT": EVERY,
            "INSERT": EVERY,
            "UPDATE": "undone_at undone_by_id undone_by_name",
        },
        "appointments_registryupload": {"SELECT": EVERY, "INSERT": EVERY, "DELETE": ""},
        "appointments_consultationsession": FULL,
        "appointments_arrivaltime": FULL,
        "appointments_sessionpattern": FULL,
        "appointments_agendahours": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_plansearch": {"SELECT": EVERY, "INSERT": EVERY},
        "appointments_room": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_unitcalendar": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_absence": {"SELECT": EVERY, "INSERT": EVERY, "DELETE": ""},
        "appointments_keptappointment": {"SELECT": EVERY, "INSERT": EVERY, "DELETE": ""},
        "appointments_closure": {"SELECT": EVERY, "INSERT": EVERY, "DELETE": ""},
        "appointments_hold": {"SELECT": EVERY, "UPDATE": "subject"},
        "appointments_movement": FULL,
        "appointments_movementevent": READ,
        "appointments_freeze": READ,
        "appointments_alert": {"SELECT": EVERY, "UPDATE": "received_at received_by_id"},
        "appointments_neutralitymeasure": READ,
        "appointments_countedfigures": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": "state progress asked_at"},
        "appointments_publicationtime": FULL,
        "appointments_unplannedpublication": {"SELECT": EVERY, "INSERT": EVERY},
        "appointments_prisonlink": READ,
        "appointments_prisonsilence": READ,
        "appointments_obstruction": {
            "SELECT": EVERY,
            "INSERT": EVERY,
            "UPDATE": "kind day half_day building_id cause facts affected expected minutes detainee_id appointment_id"
            " is_serious withdrawn_at withdrawn_by_id withdrawn_reason changed_by_id revision",
        },
        "appointments_obstructionreport": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_addressee": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_letterwording": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_letterhead": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_reportsettings": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_reportfact": FULL,
        "appointments_reportversion": {
            "SELECT": EVERY,
            "INSERT": EVERY,
            "UPDATE": "decision decided_by_id decided_by_name decided_at reason",
        },
        "appointments_reportfile": {"SELECT": EVERY, "INSERT": EVERY},
        "appointments_publishedfigure": {"SELECT": EVERY, "INSERT": EVERY},
        "appointments_reportsending": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": "follow_up_on answered_on answer"},
        "appointments_retentionpurge": READ,
        "appointments_retentionperiod": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": "months"},
        "appointments_purgerecord": READ,
        "appointments_partnerunit": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": "retired_at"},
        "appointments_handover": {"SELECT": EVERY, "INSERT": EVERY},
        "appointments_handovertaken": {"SELECT": EVERY, "INSERT": EVERY},
        "appointments_complaint": {
            "SELECT": EVERY,
            "INSERT": EVERY,
            "UPDATE": "detainee_id obstruction_id addressee body withdrawn_on revision",
        },
        "appointments_complaintletter": {
            "SELECT": EVERY,
            "INSERT": EVERY,
            "UPDATE": "sent_on mode follow_up_on answered_on",
            "DELETE": "",
        },
        "appointments_obstructionpast": READ,
        "appointments_obstructionreader": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": "ended_at"},
        "appointments_obstructionsettings": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_exportpermission": {
            "SELECT": EVERY,
            "INSERT": EVERY,
            "UPDATE": "withdrawn_at withdrawn_by_id",
        },
        "appointments_exportuse": READ,
        "appointments_roundkind": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_roundstay": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": "ends_on ended_by_id detainee_id"},
        "appointments_roundvisit": {"SELECT": EVERY, "INSERT": EVERY},
        "appointments_shiftnote": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": "withdrawn_at withdrawn_by_id"},
        "appointments_teamtask": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": "done_at done_by_id"},
        "appointments_draft": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": "sealed saved_at", "DELETE": ""},
    },
    ("accounts", "care"): {
        **ACCOUNTS_OF_BOTH_SIDES,
        "appointments_agenda": {"SELECT": "id establishment_id name"},
        "appointments_careunit": {"SELECT": "id establishment_id name"},
        "access_secondword": READ,
        "access_jointadministration": READ,
    },
    # The neutral shadow and nothing else: no appointment, no agenda, nobody of the nominal list, no account, no log.
    ("courier", "care"): {
        "access_establishment": READ,
        "access_building": READ,
        "appointments_movement": {
            "SELECT": "id establishment_id building_id cell last_name first_name register_number expected_at state"
            " state_at impediment visible_from is_added withdrawn_from restored_from",
            "UPDATE": "state state_at impediment",
        },
        "appointments_publicationtime": READ,
        "appointments_unplannedpublication": READ,
        "appointments_movementevent": {"SELECT": EVERY, "INSERT": EVERY},
        "appointments_movementevent_id_seq": {"USAGE": ""},
        "appointments_freeze": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": "lifted_at"},
        "appointments_alert": {
            "SELECT": f"{SENT} received_at is_received is_told",
            "INSERT": f"{SENT} received_at received_by_id is_told",
            "UPDATE": "is_told",
        },
        "appointments_exportpermission": {
            "SELECT": "id establishment_id username until withdrawn_at answer",
            "UPDATE": "answer",
        },
        "appointments_exportuse": {"INSERT": EVERY},
        "appointments_courierlease": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "appointments_prisonlink": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
    },
    # What a stolen host of the prison door can do, and all of it.
    ("prison", "prison"): {
        **SIGNING_IN,
        "access_building": READ,
        "access_user": OWN_ACCOUNT,
        "access_membership": READ,
        "guardian_userobjectpermission": READ,
        "access_calendaraddress": OWN_CALENDAR,
        "prison_edition": {"SELECT": "id establishment_id day version planned_for lines digest"},
        "prison_publishinghour": {"SELECT": "id establishment_id at since until"},
        "prison_heartbeat": {"SELECT": "id at"},
        "prison_tap": {"INSERT": "id establishment_id line seen_state seen_impediment state impediment by_id"},
        "prison_linestate": {
            "SELECT": "line establishment_id day state impediment at previous_state previous_impediment"
        },
        "prison_deskcount": {"SELECT": "establishment_id taps"},
        "prison_prisonfreeze": {
            "SELECT": f"{FREEZE} frozen_by_id lifted_by_id is_carried",
            "INSERT": f"{FREEZE} frozen_by_id lifted_by_id is_carried",
            "UPDATE": "lifted_at lifted_by_id",
        },
        "prison_prisonalert": {
            "SELECT": f"{SENT} raised_by_id is_received is_carried",
            "INSERT": f"{SENT} raised_by_id is_received is_carried",
        },
        "prison_printedsheet": {"SELECT": EVERY, "INSERT": EVERY},
        "prison_desksetting": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": "floor_rule late_after"},
        "prison_walldisplay": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": "revoked_at"},
        "prison_exportpermission": {"SELECT": "establishment_id username until is_known"},
        "prison_exportuse": {"INSERT": "establishment_id by_id taken_as"},
    },
    ("accounts", "prison"): ACCOUNTS_OF_BOTH_SIDES,
    # Not who taps, freezes or sends: that stays with the prison.
    ("courier", "prison"): {
        "access_establishment": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "access_building": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "prison_edition": FULL,
        "prison_publishinghour": FULL,
        "prison_linestate": FULL,
        "prison_heartbeat": {"SELECT": EVERY, "INSERT": EVERY, "UPDATE": EVERY},
        "prison_tap": {
            "SELECT": "id number establishment_id register_number expected_at at line state impediment",
            "DELETE": "",
        },
        "prison_prisonfreeze": {"SELECT": f"{FREEZE} is_carried", "UPDATE": "is_carried", "DELETE": ""},
        "prison_prisonalert": {
            "SELECT": f"{SENT} is_received is_carried",
            "UPDATE": "is_received is_carried",
            "DELETE": "",
        },
        "prison_printedsheet": {"SELECT": "id establishment_id day", "DELETE": ""},
        "prison_exportpermission": FULL,
        "prison_exportuse": {"SELECT": "id establishment_id username taken_as hour", "DELETE": ""},
    },
}
WRITE_THE_LOG = "access_write_lines(bigint[],text[],text[],text[],bigint[])"
OF_ADMINISTRATORS = {
    "access_side()",
    WRITE_THE_LOG,
    "access_open_account(bigint,bigint,text,text,text,text,text)",
    "access_change_account(bigint,bigint,bigint,text,text)",
    "access_set_active(bigint,bigint,bigint,boolean)",
    "access_set_first_password(bigint,bigint,bigint,text)",
    "access_unlock(bigint,bigint,bigint)",
    "access_reset_second_factor(bigint,bigint,bigint)",
    "access_give_token(bigint,bigint,bigint,text,text,integer,integer,bigint,text)",
    "access_import_accounts(bigint,bigint,text,bigint[],text[],jsonb)",
    "access_make_sheets(bigint,bigint,bigint[],text[],timestamp with time zone)",
    "access_open_review(bigint,bigint,text)",
    "access_decide_line(bigint,bigint,bigint,text)",
    "access_write_access(bigint,bigint,bigint,text,date,date,bigint[],text[],boolean[],text)",
    "access_ask_word(bigint,bigint,bigint,text)",
    "access_actor()",
    "access_house()",
    "access_keeps_administrators()",
    "access_places_administered(text)",
    "access_accounts_in_sight()",
    "access_factor_kinds(bigint[])",
    "access_administrator_password(bigint)",
    "access_is_guarded(bigint)",
}
OPEN_FUNCTIONS: dict[tuple[str, str], set[str]] = {
    ("care", "care"): {
        "access_side()",
        "appointments_goes_with_join(text,text,uuid,uuid)",
        "appointments_at_hand(bigint,bigint,timestamp with time zone,uuid,uuid[],boolean,boolean)",
        "appointments_hold_to_book(bigint,uuid,bigint)",
        "appointments_open_page(text,timestamp with time zone,interval,bigint,date)",
        "appointments_rights(bigint,bigint)",
        WRITE_THE_LOG,
        "access_answer_word(bigint,bigint,boolean)",
        "access_gives_word_here(bigint,bigint)",
        "access_hands_of(bigint,bigint)",
    },
    ("accounts", "care"): OF_ADMINISTRATORS
    | {"access_answer_word(bigint,bigint,boolean)", "access_hands_of(bigint,bigint)"},
    ("courier", "care"): set(),
    ("prison", "prison"): {
        "access_side()",
        "prison_moment(bigint,bigint,date,boolean,interval)",
        "prison_sheet_is_whole(jsonb)",
        WRITE_THE_LOG,
    },
    ("accounts", "prison"): OF_ADMINISTRATORS,
    ("courier", "prison"): {"prison_lines_are_neutral(jsonb)"},
}
# Their functions compare values that one already has; they reach no table.
EXTENSIONS = {"plpgsql", "btree_gist", "pg_trgm"}


def written_out(visit: tuple[str, str], columns: dict[str, list[str]]) -> set[Opening]:
    """The list above, column by column. Who reads a whole table reads its system columns too, the prison never."""
    found = {Opening("EXECUTE", signature) for signature in OPEN_FUNCTIONS[visit]}
    for table, privileges in OPEN[visit].items():
        for privilege, words in privileges.items():
            if not words:
                found.add(Opening(privilege, table))
                continue
            whole = words == EVERY
            system = SYSTEM_COLUMNS if whole and privilege == "SELECT" and visit[0] != "prison" else ()
            found |= {
                Opening(privilege, table, each) for each in [*(columns[table] if whole else words.split()), *system]
            }
    return found


@pytest.mark.parametrize("visit", VISITS, ids=" at ".join)
def test_login_reaches_what_is_written_here_and_nothing_else(visit: tuple[str, str], login: Login) -> None:
    owner = login("owner", visit[1])
    tried = attempts(owner)
    expected = written_out(visit, columns_of(owner))

    let_through = answers(login(*visit), tried)

    assert sorted(let_through - expected) == []
    assert sorted(expected - let_through) == []


@pytest.mark.parametrize("visit", VISITS, ids=" at ".join)
def test_catalogue_promises_a_login_just_what_it_gets(visit: tuple[str, str], login: Login) -> None:
    owner = login("owner", visit[1])
    tried = attempts(owner)

    assert promises(owner, f"carehub_{visit[0]}", tried) == answers(login(*visit), tried)


@pytest.mark.parametrize(("name", "database"), [("prison", "care"), ("care", "prison")])
def test_login_of_one_side_has_nothing_on_the_other_and_cannot_even_connect(
    name: str, database: str, login: Login
) -> None:
    owner = login("owner", database)

    assert promises(owner, f"carehub_{name}", attempts(owner)) == set()
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        open_connection(name, database)


@pytest.mark.parametrize("visit", VISITS, ids=" at ".join)
def test_no_login_may_refer_to_a_table_watch_it_or_maintain_it(visit: tuple[str, str], login: Login) -> None:
    rows = login("owner", visit[1]).execute(
        "SELECT c.oid::regclass::text, p FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,"
        " unnest(ARRAY['REFERENCES', 'TRIGGER', 'MAINTAIN', 'TRUNCATE']) p"
        " WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname !~ '^(pg_|information_schema)'"
        " AND has_table_privilege(%s, c.oid, p)",
        [f"carehub_{visit[0]}"],
    )

    assert list(rows) == []


@pytest.mark.parametrize("database", ["care", "prison"])
def test_only_known_extensions_bring_functions_of_their_own(database: str, login: Login) -> None:
    found = login("owner", database).execute("SELECT extname FROM pg_extension")

    assert {name for (name,) in found} <= EXTENSIONS


@pytest.mark.parametrize("visit", VISITS, ids=" at ".join)
def test_new_table_view_sequence_and_function_are_closed_to_every_login(visit: tuple[str, str], login: Login) -> None:
    owner = login("owner", visit[1])
    owner.execute("CREATE TABLE tomorrow (id bigint GENERATED BY DEFAULT AS IDENTITY, who text)")
    owner.execute("CREATE VIEW tomorrow_view AS SELECT * FROM access_user")
    owner.execute("CREATE SEQUENCE tomorrow_sequence")
    owner.execute("CREATE FUNCTION tomorrow_function(x int) RETURNS int LANGUAGE sql AS 'SELECT 1'")
    try:
        new: list[Attempt] = [each for each in attempts(owner) if each.opening.thing.startswith("tomorrow")]
        let_through = answers(login(*visit), new)
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
        login("prison").execute("SELECT xmin, ctid FROM access_failedattempts")
    login("prison").execute(f"{write} RETURNING session_key")


def test_prison_database_has_no_table_of_the_agenda_and_care_none_of_the_officers(login: Login) -> None:
    def tables(database: str) -> set[str]:
        return {name for name in columns_of(login("owner", database)) if name.startswith(("appointments_", "prison_"))}

    assert {name.split("_")[0] for name in tables("care")} == {"appointments"}
    assert {name.split("_")[0] for name in tables("prison")} == {"prison"}
