"""Which rules the database holds, written out a second time by hand, apart from `appointments/wall/` and the models.

What each rule says word for word stands in `appointments/wall/care/schema.sql`; here stands that it must be there, and
for a policy what it lets whom do. Checks, unique keys and foreign keys of one column are the models', and not repeated.
"""

from __future__ import annotations

from collections.abc import Iterator

# Tables that more than one door reads and that hold rows of one side each.
OWN_SIDE = {"own_side": "ALL to care, prison"}
SPLIT = {**OWN_SIDE, "accounts": "ALL to accounts"}
MANAGED = {**OWN_SIDE, "accounts_read": "SELECT to accounts"}
# A table that stands here has row-level security, with these policies and no others.
POLICIES: dict[str, dict[str, str]] = {
    "access_user": {**OWN_SIDE, "accounts_own": "UPDATE to accounts", "accounts_read": "SELECT to accounts"},
    "access_usedpassword": {},
    "access_membership": MANAGED,
    "access_session": SPLIT,
    "access_calendaraddress": OWN_SIDE,
    "guardian_userobjectpermission": MANAGED,
    "otp_totp_totpdevice": SPLIT,
    "otp_hotp_hotpdevice": SPLIT,
    "django_otp_webauthn_webauthncredential": SPLIT,
    "django_otp_webauthn_webauthnattestation": SPLIT,
    "django_otp_webauthn_webauthnuserhandle": {},
    "otp_static_staticdevice": SPLIT,
    "otp_static_statictoken": SPLIT,
    "axes_accessattempt": SPLIT,
    "axes_accessattemptexpiration": SPLIT,
    "axes_accessfailurelog": SPLIT,
    "axes_accesslog": SPLIT,
    "access_auditchain": {},
    "access_auditentry": {"accounts_read": "SELECT to accounts"},
    "appointments_movement": {
        "care": "ALL to care",
        "a_few_days": "SELECT to prison",
        "reported": "UPDATE to prison",
        "published": "only ALL to prison",
    },
    "appointments_movementevent": {
        "care": "SELECT to care",
        "a_few_days": "SELECT to prison",
        "own_taps": "INSERT to prison",
    },
    "appointments_freeze": {
        "care": "SELECT to care",
        "lately": "SELECT to prison",
        "starts": "INSERT to prison",
        "lifts": "UPDATE to prison",
    },
    "appointments_alert": {
        "care": "SELECT to care",
        "receives": "UPDATE to care",
        "lately": "SELECT to prison",
        "sends": "INSERT to prison",
    },
    "appointments_printedsheet": {"a_few_days": "ALL to prison"},
}

# What the database itself refuses or writes, whatever the code forgets.
TRIGGERS: dict[str, tuple[str, ...]] = {
    "access_establishment": ("rows_to_hold",),
    "access_auditentry": ("audit_append_only", "audit_chain", "audit_never_emptied"),
    "access_user": ("password_remembered",),
    "otp_totp_totpdevice": ("totp_not_the_last",),
    "otp_hotp_hotpdevice": ("hotp_not_the_last",),
    "django_otp_webauthn_webauthncredential": ("key_not_the_last",),
    "appointments_appointment": (
        "appointment_has_movement",
        "appointment_has_place",
        "appointment_keeps_request",
        "appointment_while_away",
        "appointment_within_session",
        "declaration_is_of_the_prison",
    ),
    "appointments_appointmentchange": ("change_append_only",),
    "appointments_consultationsession": ("session_keeps_appointments", "session_keeps_places"),
    "appointments_request": ("request_follows_appointment",),
    # Nothing that a floor reads may tell the date of an escort.
    "appointments_escort": ("escort_on_the_day",),
    "appointments_movement": ("state_comes_back", "state_has_event", "state_recorded"),
    "appointments_movementevent": ("event_append_only", "event_numbered", "events_never_emptied"),
}

# Nobody, no practitioner and no room is in two places.
EXCLUSIONS: dict[str, tuple[str, ...]] = {
    "appointments_appointment": ("agenda_overlap", "person_overlap"),
    "appointments_consultationsession": ("room_overlap", "session_overlap"),
    "appointments_absence": ("absence_overlap",),
    "appointments_closure": ("closure_overlap",),
}

# Foreign keys of several columns: what belongs together is of one establishment, one person, one agenda, one side.
TOGETHER: dict[str, tuple[str, ...]] = {
    "access_membership": ("membership_on_side_of_user",),
    "appointments_detainee": ("detainee_building_here",),
    "appointments_sessionpattern": ("pattern_agenda_here", "pattern_room_here"),
    "appointments_consultationsession": ("session_agenda_here", "session_pattern_of_agenda", "session_room_here"),
    "appointments_absence": ("absence_agenda_here",),
    "appointments_movement": ("movement_building_here",),
    "appointments_freeze": ("freeze_building_here",),
    "appointments_alert": ("alert_building_here",),
    "appointments_printedsheet": ("printed_sheet_building_here",),
    "appointments_series": ("series_detainee_here",),
    "appointments_appointment": (
        "appointment_agenda_here",
        "appointment_detainee_here",
        "appointment_kind_here",
        "appointment_series_of_person",
        "appointment_session_of_agenda",
        "follows_same_person",
    ),
    "appointments_request": (
        "request_appointment_of_person",
        "request_detainee_here",
        "request_kind_here",
        "request_returned_of_person",
    ),
    "appointments_question": ("question_appointment_of_person", "question_detainee_here"),
    "appointments_requestsettings": ("request_settings_kind_here",),
    "appointments_escort": ("escort_detainee_here", "escort_follows_same_person"),
}

# Every function of ours, with its arguments; any other is a problem.
FUNCTIONS = (
    "access_administers(actor bigint, establishment bigint)",
    "access_administrator_password(account bigint)",
    "access_audit_chain()",
    "access_audit_chain_of(establishment bigint, door text)",
    "access_audit_line(line access_auditentry)",
    "access_audit_refuse()",
    "access_change_account(actor bigint, establishment bigint, account bigint, full_name text, email text)",
    "access_door()",
    "access_end_sessions(account bigint)",
    "access_factor_kinds(accounts bigint[])",
    "access_give_token(actor bigint, establishment bigint, account bigint, kind text, secret text, digits integer,"
    " step integer, moved_by bigint, label text)",
    "access_is_unended(membership access_membership)",
    "access_keep_a_factor()",
    "access_log_account(actor bigint, verb text, establishment bigint, account bigint)",
    "access_log_line(door text, account bigint, verb text, target_type text, target_id text, establishment bigint)",
    "access_open_account(actor bigint, establishment bigint, side text, username text, full_name text, email text,"
    " password text)",
    "access_remember_password()",
    "access_require_administrator(actor bigint, establishment bigint)",
    "access_require_managed(actor bigint, establishment bigint, account bigint)",
    "access_require_rows_here(establishment bigint, permissions bigint[], objects text[])",
    "access_reset_second_factor(actor bigint, establishment bigint, account bigint)",
    "access_set_active(actor bigint, establishment bigint, account bigint, active boolean)",
    "access_set_first_password(actor bigint, establishment bigint, account bigint, password text)",
    "access_side()",
    "access_write_access(actor bigint, establishment bigint, account bigint, new_role text, begins date, ends date,"
    " permissions bigint[], objects text[], wanted boolean[])",
    "access_write_lines(user_ids bigint[], verbs text[], target_types text[], target_ids text[],"
    " establishment_ids bigint[])",
    "appointments_change_refuse()",
    "appointments_declaration()",
    "appointments_events_only_grow()",
    "appointments_escort_on_the_day()",
    "appointments_has_movement()",
    "appointments_has_place()",
    "appointments_number_event()",
    "appointments_request_follows()",
    "appointments_rows_to_hold()",
    "appointments_session_keeps()",
    "appointments_session_keeps_places()",
    "appointments_state_comes_back()",
    "appointments_state_has_event()",
    "appointments_state_recorded()",
    "appointments_while_away()",
    "appointments_within_session()",
)
VIEWS = ("appointments_movementmark",)
GENERAL = (
    *(
        f"{door} may {what}"
        for door in ("care", "prison", "accounts")
        for what in ("CONNECT to DATABASE", "USAGE to SCHEMA")
    ),
    # A function that somebody adds is closed until it is granted.
    "default privileges: REVOKE ALL ON FUNCTIONS",
)


def declared() -> frozenset[str]:
    """Return the names of all rules that must be there, as `appointments.wall.dump.named` gives them."""
    return frozenset(_declared())


def _declared() -> Iterator[str]:
    for table, policies in POLICIES.items():
        yield f"row-level security on {table}"
        yield from (f"policy {name} on {table}" for name in policies)
    for kind, tables in (("trigger", TRIGGERS), ("constraint", EXCLUSIONS), ("constraint", TOGETHER)):
        yield from (f"{kind} {name} on {table}" for table, names in tables.items() for name in names)
    yield from (f"function {name}" for name in FUNCTIONS)
    yield from (f"view {name}" for name in VIEWS)
    yield from GENERAL
