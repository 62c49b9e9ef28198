"""What each door's login may do in the database, written out a second time by hand, apart from `appointments/wall/`.

There it stands by login, here by table, for each of the two databases. `manage.py doctor` compares it with the
catalogues of the databases in use, both ways: a file of the wall that opens something without a line here makes the
doctor, and its test, complain. Data only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

DOORS = ("care", "prison", "accounts")
# Who has business in which database; nobody else may so much as connect.
VISITORS = {"care": ("care", "accounts", "courier"), "prison": ("prison", "accounts", "courier")}
LOGINS = ("care", "prison", "accounts", "courier")
OWNER = "carehub_owner"

READ = "SELECT"
ALL = "SELECT, INSERT, UPDATE, DELETE"
OWN_SIGN_IN = (
    "SELECT, UPDATE (last_establishment_id, last_login, must_change_password, password, second_factor_since,"
    " untold_since)"
)
# A program that asks with a token of an account uses that account, too.
OWN_SIGN_IN_OF_CARE = OWN_SIGN_IN.replace("UPDATE (last", "UPDATE (counted_since, last")
# Those of all sides but for the password; of its own, what one changes oneself.
ANY_ACCOUNT = (
    "SELECT (counted_since, date_joined, email, full_name, id, is_active, last_establishment_id, last_login,"
    " must_change_password, second_factor_since, sheet_until, side, suspended_at, untold_since, username),"
    " UPDATE (last_establishment_id, last_login, must_change_password, password, second_factor_since, untold_since)"
)
OWN_CALENDAR = "SELECT, INSERT, UPDATE (expires_at, last_used_at, revoked_at)"
# The neutral columns of care's database, as the courier reads them.
LINE = (
    "building_id, cell, establishment_id, expected_at, first_name, id, impediment, is_added, last_name,"
    " register_number, restored_from, state, state_at, visible_from, withdrawn_from"
)
ALERT = "building_id, establishment_id, first_name, id, last_name, raised_at, register_number, urgency"
SENT = f"{ALERT}, is_carried, is_received"
TAP = "at, establishment_id, expected_at, id, impediment, line, number, register_number, state"
EXPORT = "establishment_id, id, until, username"
FREEZE = "building_id, establishment_id, frozen_at, id, is_carried, lifted_at, reason"

# Accounts stand in both databases; a login that does not visit one has nothing there.
ACCOUNTS: dict[str, dict[str, str]] = {
    # Names of models and rights, the same for all.
    "django_content_type": dict.fromkeys(DOORS, READ),
    "auth_permission": dict.fromkeys(DOORS, READ),
    # Places.
    "access_establishment": dict.fromkeys(DOORS, READ),
    "access_building": {"care": "SELECT, INSERT", "prison": READ, "accounts": READ},
    # Accounts: shared tables, split by row-level security.
    "access_user": {"care": OWN_SIGN_IN_OF_CARE, "prison": OWN_SIGN_IN, "accounts": ANY_ACCOUNT},
    "access_membership": dict.fromkeys(DOORS, READ),
    "guardian_userobjectpermission": dict.fromkeys(DOORS, READ),
    "access_session": dict.fromkeys(DOORS, ALL),
    "access_calendaraddress": {"care": OWN_CALENDAR, "prison": OWN_CALENDAR},
    "access_providerlink": {"care": "SELECT, INSERT, UPDATE (last_used_at), DELETE"},
    "access_interfacetoken": {"care": "SELECT, INSERT, UPDATE (ended_at, last_used_at)"},
    "access_interfacesending": {"care": "SELECT, INSERT, UPDATE (at, content, made)"},
    "access_auditentry": {"accounts": READ},
    "access_accessreview": {"accounts": READ},
    "access_reviewline": {"accounts": READ},
    "otp_totp_totpdevice": dict.fromkeys(DOORS, ALL),
    "otp_hotp_hotpdevice": dict.fromkeys(DOORS, ALL),
    "django_otp_webauthn_webauthncredential": dict.fromkeys(DOORS, ALL),
    "django_otp_webauthn_webauthnattestation": dict.fromkeys(DOORS, "SELECT, DELETE"),
    "otp_static_staticdevice": dict.fromkeys(DOORS, ALL),
    "otp_static_statictoken": dict.fromkeys(DOORS, ALL),
    "access_failedattempts": dict.fromkeys(DOORS, ALL),
    "access_accountevent": dict.fromkeys(DOORS, "SELECT, INSERT"),
}

OF_CARE: dict[str, dict[str, str]] = {
    "appointments_detainee": {"care": "SELECT, INSERT, UPDATE"},
    "appointments_agenda": {"care": "SELECT, INSERT, UPDATE", "accounts": "SELECT (establishment_id, id, name)"},
    "appointments_careunit": {"care": READ, "accounts": "SELECT (establishment_id, id, name)"},
    # The second person's word, and by what agreement one administrator manages both sides.
    "access_secondword": {"care": READ, "accounts": READ},
    "access_custodian": {"care": "SELECT, INSERT, UPDATE (ended_at)"},
    "access_jointadministration": {"accounts": READ},
    "appointments_emergencyaccess": {"care": "SELECT, INSERT, UPDATE (ended_at, word, word_by_id)"},
    "appointments_kind": {"care": "SELECT, INSERT, UPDATE"},
    "appointments_appointment": {"care": "SELECT, INSERT, UPDATE"},
    "appointments_series": {"care": "SELECT, INSERT, UPDATE (detainee_id)"},
    "appointments_appointmentchange": {"care": "SELECT, INSERT"},
    "appointments_escort": {"care": "SELECT, INSERT, UPDATE"},
    "appointments_escortchange": {"care": "SELECT, INSERT"},
    "appointments_slipwording": {"care": "SELECT, INSERT, UPDATE"},
    "appointments_dayfilter": {"care": "SELECT, INSERT, UPDATE"},
    "appointments_delaysettings": {"care": "SELECT, INSERT, UPDATE"},
    "appointments_setupanswer": {"care": "SELECT, INSERT, UPDATE (said_at, said_by_id, word)"},
    "appointments_consultationsession": {"care": ALL},
    "appointments_arrivaltime": {"care": ALL},
    "appointments_request": {"care": "SELECT, INSERT, UPDATE"},
    "appointments_question": {"care": "SELECT, INSERT, UPDATE"},
    "appointments_requestsettings": {"care": "SELECT, INSERT, UPDATE"},
    "appointments_sessionpattern": {"care": ALL},
    "appointments_room": {"care": "SELECT, INSERT, UPDATE"},
    "appointments_unitcalendar": {"care": "SELECT, INSERT, UPDATE"},
    "appointments_absence": {"care": "SELECT, INSERT, DELETE"},
    "appointments_keptappointment": {"care": "SELECT, INSERT, DELETE"},
    # What a team tells itself, and what somebody typed and has not sent.
    "appointments_shiftnote": {"care": "SELECT, INSERT, UPDATE (withdrawn_at, withdrawn_by_id)"},
    "appointments_teamtask": {"care": "SELECT, INSERT, UPDATE (done_at, done_by_id)"},
    "appointments_draft": {"care": "SELECT, INSERT, UPDATE (saved_at, sealed), DELETE"},
    "appointments_closure": {"care": "SELECT, INSERT, DELETE"},
    "appointments_hold": {"care": "SELECT, UPDATE (subject)"},
    "appointments_registryimport": {"care": "SELECT, INSERT, UPDATE (effects, undone_at, undone_by_id)"},
    "appointments_registrychange": {"care": "SELECT, INSERT"},
    "appointments_formernumber": {"care": "SELECT, INSERT, DELETE"},
    "appointments_personjoin": {"care": "SELECT, INSERT, UPDATE (undone_at, undone_by_id, undone_by_name)"},
    "appointments_registryupload": {"care": "SELECT, INSERT, DELETE"},
    # The neutral shadow, which the courier carries, and what officers recorded, which it brings. It learns neither who
    # in care received an alert, nor anything of an appointment.
    "access_establishment": {"courier": READ},
    "access_building": {"courier": READ},
    "appointments_movement": {"care": ALL, "courier": f"SELECT ({LINE}), UPDATE (impediment, state, state_at)"},
    "appointments_movementevent": {"care": READ, "courier": "SELECT, INSERT"},
    "appointments_movementevent_id_seq": {"courier": "USAGE"},
    "appointments_freeze": {"care": READ, "courier": "SELECT, INSERT, UPDATE (lifted_at)"},
    "appointments_alert": {
        "care": "SELECT, UPDATE (received_at, received_by_id)",
        "courier": f"SELECT ({ALERT}, is_received, is_told, received_at),"
        f" INSERT ({ALERT}, is_told, received_at, received_by_id), UPDATE (is_told)",
    },
    # What the list tells: written by night, by the owner's login.
    "appointments_neutralitymeasure": {"care": READ},
    # Figures, counted by the worker; a door asks.
    "appointments_countedfigures": {"care": "SELECT, INSERT, UPDATE (asked_at, progress, state)"},
    # What officers may take out of the screen, and what they took.
    "appointments_exportpermission": {
        "care": "SELECT, INSERT, UPDATE (withdrawn_at, withdrawn_by_id)",
        "courier": f"SELECT ({EXPORT}, answer, withdrawn_at), UPDATE (answer)",
    },
    "appointments_exportuse": {"care": READ, "courier": "INSERT"},
    # When the lists go out, and how the courier fares.
    "appointments_publicationtime": {"care": ALL, "courier": READ},
    "appointments_unplannedpublication": {"care": "SELECT, INSERT", "courier": READ},
    "appointments_prisonlink": {"care": READ, "courier": "SELECT, INSERT, UPDATE"},
    # Obstructed care.
    "appointments_obstruction": {
        "care": "SELECT, INSERT, UPDATE (affected, appointment_id, building_id, cause, changed_by_id, day, detainee_id,"
        " expected, facts, half_day, is_serious, kind, minutes, revision, withdrawn_at, withdrawn_by_id,"
        " withdrawn_reason)"
    },
    "appointments_obstructionpast": {"care": READ},
    "appointments_obstructionreader": {"care": "SELECT, INSERT, UPDATE (ended_at)"},
    "appointments_obstructionsettings": {"care": "SELECT, INSERT, UPDATE"},
    "appointments_prisonsilence": {"care": READ},
    # Reports: what was handed in is decided about and never changed; complaints stand apart.
    "appointments_obstructionreport": {"care": "SELECT, INSERT, UPDATE"},
    "appointments_addressee": {"care": "SELECT, INSERT, UPDATE"},
    "appointments_letterwording": {"care": "SELECT, INSERT, UPDATE"},
    "appointments_letterhead": {"care": "SELECT, INSERT, UPDATE"},
    "appointments_reportsettings": {"care": "SELECT, INSERT, UPDATE"},
    "appointments_reportfact": {"care": ALL},
    "appointments_reportversion": {
        "care": "SELECT, INSERT, UPDATE (decided_at, decided_by_id, decided_by_name, decision, reason)"
    },
    "appointments_reportfile": {"care": "SELECT, INSERT"},
    "appointments_publishedfigure": {"care": "SELECT, INSERT"},
    "appointments_reportsending": {"care": "SELECT, INSERT, UPDATE (answer, answered_on, follow_up_on)"},
    "appointments_retentionpurge": {"care": READ},
    # How long each kind is kept; what was forgotten; hand-overs.
    "appointments_retentionperiod": {"care": "SELECT, INSERT, UPDATE (months)"},
    "appointments_purgerecord": {"care": READ},
    "appointments_partnerunit": {"care": "SELECT, INSERT, UPDATE (retired_at)"},
    "appointments_handover": {"care": "SELECT, INSERT"},
    "appointments_handovertaken": {"care": "SELECT, INSERT"},
    "appointments_complaint": {
        "care": "SELECT, INSERT, UPDATE (addressee, body, detainee_id, obstruction_id, revision, withdrawn_on)"
    },
    "appointments_complaintletter": {
        "care": "SELECT, INSERT, UPDATE (answered_on, follow_up_on, mode, sent_on), DELETE"
    },
    # What plans may count on, and searches for them, which the worker alone answers.
    "appointments_agendahours": {"care": "SELECT, INSERT, UPDATE"},
    "appointments_plansearch": {"care": "SELECT, INSERT"},
    # Rounds.
    "appointments_roundkind": {"care": "SELECT, INSERT, UPDATE"},
    "appointments_roundstay": {"care": "SELECT, INSERT, UPDATE (detainee_id, ended_by_id, ends_on)"},
    "appointments_roundvisit": {"care": "SELECT, INSERT"},
    "appointments_courierlease": {"courier": "SELECT, INSERT, UPDATE"},
}

DISPLAY = "digest, establishment_id, expires_at, id, label, names, opened_at, opened_by_id"

OF_PRISON: dict[str, dict[str, str]] = {
    # What lists refer to, which the courier keeps alike.
    "access_establishment": {"courier": "SELECT, INSERT, UPDATE"},
    "access_building": {"courier": "SELECT, INSERT, UPDATE"},
    # What is published. The prison's login cannot so much as see which row was written when.
    "prison_edition": {"prison": READ, "courier": ALL},
    "prison_publishinghour": {"prison": READ, "courier": ALL},
    "prison_heartbeat": {"prison": READ, "courier": "SELECT, INSERT, UPDATE"},
    # The outbox, which is filled and not read, and what the database makes of a tap.
    "prison_tap": {
        "prison": "INSERT (by_id, establishment_id, id, impediment, line, seen_impediment, seen_state, state)",
        "courier": f"SELECT ({TAP}), DELETE",
    },
    "prison_linestate": {"prison": READ, "courier": ALL},
    "prison_deskcount": {"prison": "SELECT (establishment_id, taps)"},
    # Freezes and alerts: the courier does not learn by whom.
    "prison_prisonfreeze": {
        "prison": f"SELECT, INSERT ({FREEZE}, frozen_by_id, lifted_by_id), UPDATE (lifted_at, lifted_by_id)",
        "courier": f"SELECT ({FREEZE}), UPDATE (is_carried), DELETE",
    },
    "prison_prisonalert": {
        "prison": f"SELECT, INSERT ({SENT}, raised_by_id)",
        "courier": f"SELECT ({SENT}), UPDATE (is_carried, is_received), DELETE",
    },
    # What the unit has opened, and the outbox of what was taken.
    "prison_exportpermission": {
        "prison": "SELECT (establishment_id, is_known, until, username)",
        "courier": ALL,
    },
    "prison_exportuse": {
        "prison": "INSERT (by_id, establishment_id, taken_as)",
        "courier": "SELECT (establishment_id, hour, id, taken_as, username), DELETE",
    },
    # How the desk works, and which screens hang on a wall.
    "prison_desksetting": {"prison": "SELECT, INSERT, UPDATE (floor_rule, late_after)"},
    "prison_walldisplay": {
        "prison": f"SELECT, INSERT ({DISPLAY}, revoked_at), UPDATE (revoked_at)",
    },
    "prison_printedsheet": {"prison": "SELECT, INSERT", "courier": "SELECT (day, establishment_id, id), DELETE"},
}
TABLES = {"care": (ACCOUNTS, OF_CARE), "prison": (ACCOUNTS, OF_PRISON)}

FUNCTIONS: dict[str, tuple[str, ...]] = {
    "access_side": DOORS,
    # The log is written by this function alone, which signs for whoever calls it.
    "access_write_lines": DOORS,
    # What an administrator does to accounts; each writes its line of the log.
    "access_open_account": ("accounts",),
    "access_change_account": ("accounts",),
    "access_set_active": ("accounts",),
    "access_set_first_password": ("accounts",),
    "access_unlock": ("accounts",),
    "access_reset_second_factor": ("accounts",),
    "access_give_token": ("accounts",),
    "access_write_access": ("accounts",),
    "access_import_accounts": ("accounts",),
    "access_make_sheets": ("accounts",),
    "access_open_review": ("accounts",),
    "access_decide_line": ("accounts",),
    "access_ask_word": ("accounts",),
    # What policies ask: for whom the accounts door asks, and what that person may know of.
    "access_actor": ("accounts",),
    "access_house": ("accounts",),
    "access_keeps_administrators": ("accounts",),
    "access_places_administered": ("accounts",),
    "access_accounts_in_sight": ("accounts",),
    # What it reads of accounts by functions alone.
    "access_factor_kinds": ("accounts",),
    "access_administrator_password": ("accounts",),
    # Whether an account's second factors change with a second person's word only.
    "access_is_guarded": ("accounts",),
}
# Functions of one database alone.
OWN_FUNCTIONS: dict[str, dict[str, tuple[str, ...]]] = {
    # Whether a join tells of a row that passes from one record to another: asked by triggers in care's name.
    "care": {
        "access_answer_word": ("care", "accounts"),
        "access_gives_word_here": ("care",),
        "access_hands_of": ("care", "accounts"),
        "appointments_at_hand": ("care",),
        "appointments_goes_with_join": ("care",),
        "appointments_hold_to_book": ("care",),
        "appointments_open_page": ("care",),
        "appointments_rights": ("care",),
    },
    "prison": {
        "prison_lines_are_neutral": ("courier",),
        "prison_moment": ("prison",),
        "prison_sheet_is_whole": ("prison",),
    },
}


class Opening(NamedTuple):
    """One thing that one login may do; `column` is empty when it concerns the whole object."""

    door: str
    privilege: str
    thing: str
    column: str = ""

    def __str__(self) -> str:
        column = f" ({self.column})" if self.column else ""
        return f"{self.door}: {self.privilege}{column} on {self.thing}"


def declared(database: str) -> frozenset[Opening]:
    tables = (
        opening
        for part in TABLES[database]
        for table, doors in part.items()
        for door, privileges in doors.items()
        if door in VISITORS[database]
        for opening in _read(door, privileges, table)
    )
    functions = (
        Opening(door, "EXECUTE", name)
        for part in (FUNCTIONS, OWN_FUNCTIONS[database])
        for name, doors in part.items()
        for door in doors
        if door in VISITORS[database]
    )
    return frozenset(tables) | frozenset(functions)


def _read(door: str, privileges: str, table: str) -> Iterator[Opening]:
    """Read "SELECT, UPDATE (a, b)"."""
    for privilege, columns in re.findall(r"(\w+)(?: \(([^)]*)\))?(?:, |$)", privileges):
        for column in re.split(r",\s*", columns):
            yield Opening(door, privilege, table, column)
