"""What each door's login may do in the database, written out a second time by hand, apart from `appointments/wall/`.

There it stands by login, here by table. `manage.py doctor` compares it with the catalogue of the database in use, both
ways: a file of the wall that opens something without a line here makes the doctor, and its test, complain. Data only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

DOORS = ("care", "prison", "accounts")
OWNER = "carehub_owner"

READ = "SELECT"
ALL = "SELECT, INSERT, UPDATE, DELETE"
OWN_SIGN_IN = "SELECT, UPDATE (last_login, must_change_password, password, second_factor_since)"
# Those of all sides but for the password; of its own, what one changes oneself.
ANY_ACCOUNT = (
    "SELECT (date_joined, email, full_name, id, is_active, last_login, must_change_password, second_factor_since, side,"
    " username), UPDATE (last_login, must_change_password, password, second_factor_since)"
)
OWN_CALENDAR = "SELECT, INSERT, UPDATE (last_used_at, revoked_at)"
# The neutral columns, and what officers record about a line.
NEUTRAL = (
    "SELECT (building_id, cell, establishment_id, expected_at, first_name, id, impediment, last_name, register_number,"
    " state, state_at), UPDATE (impediment, state, state_at)"
)
EVENT = "establishment_id, expected_at, impediment, register_number, state"
FREEZE = "building_id, establishment_id, frozen_at, id, lifted_at, reason"
ALERT = "building_id, establishment_id, first_name, id, last_name, raised_at, register_number, urgency"
ALERT_BY = "raised_by_id, received_at, received_by_id"

TABLES: dict[str, dict[str, str]] = {
    # Names of models and rights, the same for all.
    "django_content_type": dict.fromkeys(DOORS, READ),
    "auth_permission": dict.fromkeys(DOORS, READ),
    # Places.
    "access_establishment": dict.fromkeys(DOORS, READ),
    "access_building": {"care": "SELECT, INSERT", "prison": READ, "accounts": READ},
    # Accounts: shared tables, split by row-level security.
    "access_user": {"care": OWN_SIGN_IN, "prison": OWN_SIGN_IN, "accounts": ANY_ACCOUNT},
    "access_membership": dict.fromkeys(DOORS, READ),
    "guardian_userobjectpermission": dict.fromkeys(DOORS, READ),
    "access_session": dict.fromkeys(DOORS, ALL),
    "access_calendaraddress": {"care": OWN_CALENDAR, "prison": OWN_CALENDAR},
    "access_auditentry": {"accounts": READ},
    "otp_totp_totpdevice": dict.fromkeys(DOORS, ALL),
    "otp_hotp_hotpdevice": dict.fromkeys(DOORS, ALL),
    "django_otp_webauthn_webauthncredential": dict.fromkeys(DOORS, ALL),
    "django_otp_webauthn_webauthnattestation": dict.fromkeys(DOORS, "SELECT, DELETE"),
    "otp_static_staticdevice": dict.fromkeys(DOORS, ALL),
    "otp_static_statictoken": dict.fromkeys(DOORS, ALL),
    "axes_accessattempt": dict.fromkeys(DOORS, ALL),
    "axes_accessattemptexpiration": dict.fromkeys(DOORS, ALL),
    "axes_accessfailurelog": dict.fromkeys(DOORS, ALL),
    "axes_accesslog": dict.fromkeys(DOORS, ALL),
    # The agenda, behind the care door alone.
    "appointments_detainee": {"care": "SELECT, INSERT, UPDATE"},
    "appointments_agenda": {"care": "SELECT, INSERT, UPDATE", "accounts": "SELECT (establishment_id, id, name)"},
    "appointments_kind": {"care": "SELECT, INSERT, UPDATE"},
    "appointments_appointment": {"care": "SELECT, INSERT, UPDATE"},
    "appointments_series": {"care": "SELECT, INSERT"},
    "appointments_appointmentchange": {"care": "SELECT, INSERT"},
    "appointments_escort": {"care": "SELECT, INSERT, UPDATE"},
    "appointments_slipwording": {"care": "SELECT, INSERT, UPDATE"},
    "appointments_consultationsession": {"care": ALL},
    "appointments_arrivaltime": {"care": ALL},
    "appointments_request": {"care": "SELECT, INSERT, UPDATE"},
    "appointments_question": {"care": "SELECT, INSERT, UPDATE"},
    "appointments_requestsettings": {"care": "SELECT, INSERT, UPDATE"},
    "appointments_sessionpattern": {"care": ALL},
    "appointments_room": {"care": "SELECT, INSERT, UPDATE"},
    "appointments_unitcalendar": {"care": "SELECT, INSERT, UPDATE"},
    "appointments_absence": {"care": "SELECT, INSERT, DELETE"},
    "appointments_closure": {"care": "SELECT, INSERT, DELETE"},
    "appointments_hold": {"care": "SELECT, UPDATE (subject)"},
    "appointments_registryimport": {"care": "SELECT, INSERT"},
    "appointments_registryupload": {"care": "SELECT, INSERT, DELETE"},
    # The neutral shadow: the one thing that both sides know.
    "appointments_movement": {"care": ALL, "prison": NEUTRAL},
    # What officers recorded: care does not learn by whom, the prison's login does not learn when.
    "appointments_movementevent": {
        "care": f"SELECT (at, {EVENT}, id)",
        "prison": f"SELECT ({EVENT}, id), INSERT (at, by_id, {EVENT})",
    },
    "appointments_freeze": {
        "care": f"SELECT ({FREEZE})",
        "prison": "SELECT, INSERT, UPDATE (lifted_at, lifted_by_id)",
    },
    # An alert's answer is one word: the prison's login reads neither when nor by whom it was received.
    "appointments_alert": {
        "care": f"SELECT ({ALERT}, is_received, received_at, received_by_id), UPDATE (received_at, received_by_id)",
        "prison": f"SELECT ({ALERT}, is_received, raised_by_id), INSERT ({ALERT}, {ALERT_BY})",
    },
    "appointments_movementmark": {"prison": "SELECT (id, mark)"},
    # When the lists go out, and what the prison side printed of them.
    "appointments_publicationtime": {"care": ALL, "prison": "SELECT (at, establishment_id, since, until)"},
    "appointments_unplannedpublication": {"care": "SELECT, INSERT", "prison": "SELECT (day, establishment_id)"},
    "appointments_printedsheet": {"prison": "SELECT, INSERT"},
}

FUNCTIONS: dict[str, tuple[str, ...]] = {
    "access_side": DOORS,
    # The log is written by this function alone, which signs for whoever calls it.
    "access_write_lines": DOORS,
    # What an administrator does to accounts; each writes its line of the log.
    "access_open_account": ("accounts",),
    "access_change_account": ("accounts",),
    "access_set_active": ("accounts",),
    "access_set_first_password": ("accounts",),
    "access_reset_second_factor": ("accounts",),
    "access_give_token": ("accounts",),
    "access_write_access": ("accounts",),
    # What it reads of accounts by functions alone.
    "access_factor_kinds": ("accounts",),
    "access_administrator_password": ("accounts",),
}


class Opening(NamedTuple):
    """One thing that one door may do; `column` is empty when it concerns the whole object."""

    door: str
    privilege: str
    thing: str
    column: str = ""

    def __str__(self) -> str:
        column = f" ({self.column})" if self.column else ""
        return f"{self.door}: {self.privilege}{column} on {self.thing}"


def declared() -> frozenset[Opening]:
    tables = (
        opening
        for table, doors in TABLES.items()
        for door, privileges in doors.items()
        for opening in _read(door, privileges, table)
    )
    functions = (Opening(door, "EXECUTE", name) for name, doors in FUNCTIONS.items() for door in doors)
    return frozenset(tables) | frozenset(functions)


def _read(door: str, privileges: str, table: str) -> Iterator[Opening]:
    """Read "SELECT, UPDATE (a, b)"."""
    for privilege, columns in re.findall(r"(\w+)(?: \(([^)]*)\))?(?:, |$)", privileges):
        for column in re.split(r",\s*", columns):
            yield Opening(door, privilege, table, column)
