"""Which rules the database holds, written out a second time by hand, apart from `appointments/wall/` and the models.

What each rule says word for word stands in `appointments/wall/care/schema.sql` and `…/prison/schema.sql`; here stands
that it must be there, in which of the two databases, and for a policy what it lets whom do. Checks, unique keys and
foreign keys of one column are the models', and not repeated, but for the few that the wall adds.
"""

from __future__ import annotations

from collections.abc import Iterator

from carehub.doctor.grants import VISITORS

# Tables that more than one door reads and that hold rows of one side each.
OWN_SIDE = {"own_side": "ALL to care, prison"}
SPLIT = {**OWN_SIDE, "accounts": "ALL to accounts"}
MANAGED = {**OWN_SIDE, "accounts_read": "SELECT to accounts"}
Rules = dict[str, tuple[str, ...]]
Policies = dict[str, dict[str, str]]

# --- In both databases: accounts and the access log ----------------------------------------------------

# A table that stands here has row-level security, with these policies and no others.
POLICIES: Policies = {
    "access_user": {**OWN_SIDE, "accounts_own": "UPDATE to accounts", "accounts_read": "SELECT to accounts"},
    "access_usedpassword": {},
    "access_membership": MANAGED,
    "access_session": SPLIT,
    "access_calendaraddress": OWN_SIDE,
    "access_providerlink": {"care": "ALL to care"},
    "access_interfacetoken": {"care": "ALL to care"},
    "access_interfacesending": {"care": "ALL to care"},
    "guardian_userobjectpermission": MANAGED,
    "otp_totp_totpdevice": SPLIT,
    "otp_hotp_hotpdevice": SPLIT,
    "django_otp_webauthn_webauthncredential": SPLIT,
    "django_otp_webauthn_webauthnattestation": SPLIT,
    "django_otp_webauthn_webauthnuserhandle": {},
    "otp_static_staticdevice": SPLIT,
    "otp_static_statictoken": SPLIT,
    "access_failedattempts": SPLIT,
    "access_accountevent": SPLIT,
    "access_auditchain": {},
    "access_auditentry": {"accounts_read": "SELECT to accounts"},
    "access_accessreview": {"accounts_read": "SELECT to accounts"},
    "access_reviewline": {"accounts_read": "SELECT to accounts"},
}

# What the database itself refuses or writes, whatever the code forgets.
TRIGGERS: Rules = {
    "access_auditentry": ("audit_append_only", "audit_chain", "audit_never_emptied"),
    "access_accessreview": ("review_stays", "reviews_never_emptied"),
    "access_reviewline": ("line_stays", "lines_never_emptied"),
    "access_user": ("administrator_stays", "last_administrator_stays", "password_remembered", "user_name_is_plain"),
    "access_membership": ("administrator_stays", "role_kept"),
    "access_jointadministration": ("agreement_kept",),
    "access_secondword": ("word_stays",),
    "otp_totp_totpdevice": ("totp_not_the_last",),
    "otp_hotp_hotpdevice": ("hotp_not_the_last",),
    "django_otp_webauthn_webauthncredential": ("key_not_the_last",),
}

# Foreign keys of several columns: what belongs together is of one establishment, one person, one agenda, one side.
TOGETHER: Rules = {
    "access_membership": ("membership_on_side_of_user",),
    "access_providerlink": ("provider_link_on_side_of_user",),
    "access_interfacetoken": ("interface_token_on_side_of_user",),
}

# Checks of the wall's own. Officers' accounts stand in a prison's database, and no others there.
CHECKS: Rules = {
    "access_user": ("user_of_this_side",),
    "access_membership": ("membership_of_this_side",),
    "otp_hotp_hotpdevice": ("hotp_token_is_usable",),
}

# Every function of ours, with its arguments; any other is a problem.
FUNCTIONS: tuple[str, ...] = (
    "access_accounts_in_sight()",
    "access_actor()",
    "access_administers(actor bigint, establishment bigint)",
    "access_administers_side(actor bigint, establishment bigint, side text)",
    "access_administrator_stays()",
    "access_agreement_kept()",
    "access_ask_word(actor bigint, establishment bigint, account bigint, what text)",
    "access_awaits_opening(account bigint)",
    "access_apply_change(word access_secondword)",
    "access_begin_change(actor bigint, establishment bigint, account bigint, change jsonb)",
    "access_begin_word(actor bigint, establishment bigint, account bigint, what text, is_logged boolean DEFAULT true,"
    " change jsonb DEFAULT '{}'::jsonb)",
    "access_guards(membership access_membership)",
    "access_refuse_again()",
    "access_rename(actor bigint, establishment bigint, account bigint, full_name text)",
    "access_require_word_place(establishment bigint, account bigint)",
    "access_retell_word(actor bigint, establishment bigint, account bigint)",
    "access_role_waits(actor bigint, wanted access_membership)",
    "access_told(establishment bigint, account bigint, change jsonb)",
    "access_word_place(account bigint)",
    "access_word_stays()",
    "access_house()",
    "access_is_guarded(account bigint)",
    "access_keep_an_administrator(was access_membership)",
    "access_membership_kept()",
    "access_open_first_head(establishment bigint, account bigint)",
    "access_places_administered(side text)",
    "access_require_side(actor bigint, establishment bigint, side text)",
    "access_require_unguarded(actor bigint, account bigint)",
    "access_take_factors(account bigint)",
    "access_tell(account bigint, what text)",
    "access_administrator_password(account bigint)",
    "access_audit_chain()",
    "access_audit_chain_of(establishment bigint, door text)",
    "access_audit_line(line access_auditentry)",
    "access_audit_refuse()",
    "access_change_account(actor bigint, establishment bigint, account bigint, full_name text, email text)",
    "access_decide_line(actor bigint, establishment bigint, line bigint, decision text)",
    "access_door()",
    "access_end_sessions(account bigint)",
    "access_factor_kinds(accounts bigint[])",
    "access_forget_log(place bigint, of_door text, before timestamp with time zone, at_most integer)",
    "access_give_token(actor bigint, establishment bigint, account bigint, kind text, secret text, digits integer,"
    " step integer, moved_by bigint, label text)",
    "access_import_accounts(actor bigint, establishment bigint, side text, permissions bigint[], objects text[],"
    " accounts jsonb)",
    "access_is_unended(membership access_membership)",
    "access_keep_a_factor()",
    "access_keeps_administrators()",
    "access_last_administrator()",
    "access_log_account(actor bigint, verb text, establishment bigint, account bigint)",
    "access_log_line(door text, account bigint, verb text, target_type text, target_id text, establishment bigint)",
    "access_make_sheets(actor bigint, establishment bigint, accounts bigint[], passwords text[],"
    " until timestamp with time zone)",
    "access_note_event(account bigint, what text)",
    "access_open_account(actor bigint, establishment bigint, side text, username text, full_name text, email text,"
    " password text)",
    "access_open_review(actor bigint, establishment bigint, side text)",
    "access_plain_user_name()",
    "access_put_access(actor bigint, establishment bigint, account bigint, new_role text, begins date, ends date,"
    " permissions bigint[], objects text[], wanted boolean[], administers text)",
    "access_remember_password()",
    "access_require_administrator(actor bigint, establishment bigint)",
    "access_require_managed(actor bigint, establishment bigint, account bigint)",
    "access_require_rows_here(establishment bigint, permissions bigint[], objects text[])",
    "access_reset_second_factor(actor bigint, establishment bigint, account bigint)",
    "access_review_stays()",
    "access_set_active(actor bigint, establishment bigint, account bigint, active boolean)",
    "access_set_first_password(actor bigint, establishment bigint, account bigint, password text)",
    "access_side()",
    "access_unlock(actor bigint, establishment bigint, account bigint)",
    "access_write_access(actor bigint, establishment bigint, account bigint, new_role text, begins date, ends date,"
    " permissions bigint[], objects text[], wanted boolean[], administers text DEFAULT ''::text)",
    "access_write_lines(user_ids bigint[], verbs text[], target_types text[], target_ids text[],"
    " establishment_ids bigint[])",
)

# --- In care's database --------------------------------------------------------------------------------

CARE_POLICIES: Policies = {
    "access_secondword": {"care": "SELECT to care", "accounts_read": "SELECT to accounts"},
    "access_custodian": {"care": "SELECT to care", "names": "INSERT to care", "ends": "UPDATE to care"},
    "access_jointadministration": {"accounts_read": "SELECT to accounts"},
    "appointments_agenda": {"care": "ALL to care", "accounts_read": "SELECT to accounts"},
    "appointments_careunit": {"care": "SELECT to care", "accounts_read": "SELECT to accounts"},
    "appointments_emergencyaccess": {
        "care": "SELECT to care",
        "begins": "INSERT to care",
        "ends_and_judges": "UPDATE to care",
    },
    "appointments_alert": {"care": "SELECT to care", "receives": "UPDATE to care", "courier": "ALL to courier"},
    "appointments_exportpermission": {
        "care": "SELECT to care",
        "opens": "INSERT to care",
        "withdraws": "UPDATE to care",
        "courier": "ALL to courier",
    },
    "appointments_roundstay": {"care": "SELECT to care", "adds": "INSERT to care", "ends": "UPDATE to care"},
    "appointments_roundvisit": {"care": "SELECT to care", "notes": "INSERT to care"},
    "appointments_keptappointment": {"care": "SELECT to care", "keeps": "INSERT to care", "goes": "DELETE to care"},
    "appointments_shiftnote": {"care": "SELECT to care", "writes": "INSERT to care", "withdraws": "UPDATE to care"},
    "appointments_teamtask": {"care": "SELECT to care", "adds": "INSERT to care", "finishes": "UPDATE to care"},
    "appointments_setupanswer": {"care": "SELECT to care", "says": "INSERT to care", "says_again": "UPDATE to care"},
    "appointments_draft": {
        "care": "SELECT to care",
        "keeps": "INSERT to care",
        "keeps_again": "UPDATE to care",
        "goes": "DELETE to care",
    },
}
# What is kept goes by the rule of retention alone.
KEPT = "kept_until_purged"
CARE_TRIGGERS: Rules = {
    "access_building": ("building_tells_courier", "rounds_follow_building"),
    "access_establishment": ("establishment_tells_courier", "first_unit", "rows_to_hold"),
    # What is of one unit stays there, and nothing is of two.
    # Nobody is left where nobody sees them without standing in the list of those to decide about.
    "appointments_agenda": ("agenda_expects_nobody", "agenda_of_only_unit", "agenda_stays_in_unit"),
    "appointments_careunit": ("unit_stays_in_establishment",),
    "appointments_closure": ("closure_of_only_unit",),
    "appointments_kind": ("kind_of_only_unit", "kind_stays_in_unit"),
    "appointments_appointment": (
        "appointment_failure_stays",
        "appointment_former_word_stays",
        "appointment_has_movement",
        "appointment_has_place",
        "appointment_keeps_building",
        "appointment_keeps_one_unit",
        "appointment_keeps_request",
        "appointment_kind_is_done",
        "appointment_kind_stays_done",
        "appointment_of_one_unit",
        "appointment_person_stands",
        "appointment_seen_of_late",
        "appointment_stays_with_person",
        "appointment_while_away",
        "appointment_within_session",
        "declaration_is_of_the_prison",
        KEPT,
    ),
    "appointments_appointmentchange": ("change_append_only", KEPT),
    "appointments_keptappointment": ("kept_as_it_stands",),
    "appointments_consultationsession": ("session_keeps_appointments", "session_keeps_places"),
    "appointments_request": (
        KEPT,
        "request_follows_appointment",
        "request_keeps_one_unit",
        "request_of_one_unit",
        "request_of_only_unit",
        "request_person_stands",
        "request_stays_with_person",
    ),
    "appointments_question": ("question_person_stands", "question_stays_with_person"),
    "appointments_series": ("series_person_stands", "series_stays_with_person"),
    # Who is who: records are joined into one that stands, and a join is not rewritten.
    "appointments_personjoin": ("join_stays_itself",),
    "appointments_escortchange": ("escort_change_append_only", KEPT),
    # Nothing that a floor reads may tell the date of an escort.
    "appointments_emergencyaccess": ("emergency_kept", KEPT),
    "appointments_escort": (
        "escort_on_the_day",
        "escort_person_stands",
        "escort_stays",
        "escort_stays_with_person",
        "escort_word_is_kept",
        KEPT,
    ),
    # The courier hears of what may change a list.
    "appointments_movement": ("movement_tells_courier", "state_comes_back"),
    "appointments_publicationtime": ("publication_tells_courier",),
    "appointments_unplannedpublication": ("unplanned_tells_courier",),
    "appointments_alert": (KEPT, "received_alert_tells_courier"),
    "appointments_exportpermission": ("export_tells_courier",),
    "appointments_movementevent": ("event_append_only", "events_never_emptied", KEPT),
    "appointments_freeze": (KEPT,),
    "appointments_registryimport": (KEPT,),
    # What is kept goes with the record of its purge alone; hand-overs are dated by the database.
    "appointments_purgerecord": ("purge_recorded",),
    "appointments_handover": ("handover_dated", KEPT),
    "appointments_handovertaken": (KEPT, "taken_over_dated"),
    "appointments_partnerunit": ("partner_dated",),
    # Obstructed care: nothing is changed in silence, and the link's silences are kept.
    "appointments_obstruction": ("obstruction_keeps_its_past", "obstruction_of_only_unit", "obstruction_person_stands"),
    "appointments_obstructionpast": ("past_append_only",),
    "appointments_prisonlink": ("link_notes_silence",),
    # Reports: what was decided stands, another person reads it, letters need both; complaints stand apart.
    "appointments_obstructionreport": ("report_keeps", "report_of_only_unit", "report_stays_in_unit"),
    "appointments_publishedfigure": ("published_of_only_unit",),
    "appointments_reportfact": ("fact_of_draft",),
    "appointments_reportversion": ("version_is_read_by_another",),
    "appointments_reportfile": ("file_of_approved_version",),
    "appointments_reportsending": ("sending_of_approved_version",),
    "appointments_complaint": (
        "complaint_of_only_unit",
        "complaint_person_stands",
        "complaint_stays_apart",
        "complaint_stays_with_person",
    ),
    "appointments_complaintletter": ("letter_needs_consent",),
    # Rounds: people come and go with their cell, and visits only grow.
    "appointments_detainee": (
        KEPT,
        "left_leaves_no_more",
        "person_joined",
        "person_separated",
        "rounds_follow_arrival",
        "rounds_follow_person",
    ),
    "appointments_roundkind": ("rounds_follow_kind", "rounds_follow_new_kind"),
    "appointments_roundstay": ("round_stay_keeps", "round_stay_stays_with_person"),
    "appointments_roundvisit": (KEPT, "round_visit_append_only", "round_visit_on_round"),
}
# Nobody, no practitioner and no room is in two places.
CARE_EXCLUSIONS: Rules = {
    "appointments_appointment": ("agenda_overlap", "person_overlap"),
    "appointments_consultationsession": ("room_overlap", "session_overlap"),
    "appointments_absence": ("absence_overlap",),
    "appointments_closure": ("closure_overlap",),
    "appointments_roundstay": ("round_stay_once",),
}
CARE_TOGETHER: Rules = {
    "appointments_agenda": ("agenda_unit_here",),
    "appointments_closure": ("closure_unit_here",),
    "appointments_kind": ("kind_unit_here",),
    "appointments_agendahours": ("agenda_hours_here",),
    "appointments_complaint": ("complaint_detainee_here", "complaint_unit_here"),
    "appointments_obstructionreport": ("report_unit_here",),
    "appointments_publishedfigure": ("published_unit_here",),
    "appointments_detainee": ("detainee_building_here", "joined_into_here"),
    "appointments_formernumber": ("former_number_detainee_here",),
    "appointments_personjoin": ("join_joined_here", "join_survivor_here"),
    "appointments_registrychange": ("change_detainee_here",),
    "appointments_sessionpattern": ("pattern_agenda_here", "pattern_room_here"),
    "appointments_consultationsession": ("session_agenda_here", "session_pattern_of_agenda", "session_room_here"),
    "appointments_absence": ("absence_agenda_here",),
    "appointments_keptappointment": ("kept_agenda_here",),
    "appointments_shiftnote": ("shift_note_unit_here",),
    "appointments_teamtask": ("team_task_unit_here",),
    "appointments_movement": ("movement_building_here",),
    "appointments_freeze": ("freeze_building_here",),
    "appointments_alert": ("alert_building_here",),
    "appointments_series": ("series_detainee_here",),
    "appointments_appointment": (
        "appointment_agenda_here",
        "appointment_called_from_here",
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
        "request_kind_of_unit",
        "request_returned_of_person",
        "request_forwarded_from_here",
        "request_unit_here",
    ),
    "appointments_question": ("question_appointment_of_person", "question_detainee_here"),
    "appointments_requestsettings": ("request_settings_kind_here",),
    "appointments_handover": ("hand_over_detainee_here", "hand_over_partner_here"),
    "appointments_handovertaken": ("taken_over_detainee_here",),
    "appointments_emergencyaccess": ("emergency_agenda_here", "emergency_detainee_here"),
    "appointments_escort": ("escort_detainee_here", "escort_follows_same_person"),
    "appointments_escortchange": ("escort_change_of_escort",),
    "appointments_obstruction": (
        "obstruction_appointment_of_person",
        "obstruction_building_here",
        "obstruction_detainee_here",
        "obstruction_unit_here",
    ),
    "appointments_roundstay": ("round_stay_detainee_here", "round_stay_kind_here"),
    "appointments_roundvisit": ("round_visit_building_here", "round_visit_replaces_of_day", "round_visit_stay_here"),
}
CARE_CHECKS: Rules = {
    "appointments_arrivaltime": ("arrival_time_of_a_minute",),
    "appointments_complaintletter": ("complaint_letter_digest",),
    "appointments_reportfile": ("report_file_digest",),
    "appointments_emergencyaccess": ("emergency_for_an_hour", "emergency_has_a_reason"),
    "appointments_exportpermission": ("export_a_year",),
    "appointments_publicationtime": ("publication_time_of_a_minute",),
}
CARE_FUNCTIONS: tuple[str, ...] = (
    "access_answer_word(actor bigint, word bigint, is_confirmed boolean)",
    "access_gives_word(actor bigint, establishment bigint)",
    "access_gives_word_here(carer bigint, establishment bigint)",
    "access_hands_of(actor bigint, establishment bigint)",
    "access_was_in_hand(asker bigint, account bigint)",
    "appointments_emergency()",
    "appointments_agenda_expects()",
    "appointments_at_hand(place bigint, agenda bigint, begins timestamp with time zone, person uuid, leaving uuid[],"
    " limited boolean, alone boolean)",
    "appointments_change_refuse()",
    "appointments_complaint_apart()",
    "appointments_complaint_consent()",
    "appointments_declaration()",
    "appointments_events_only_grow()",
    "appointments_first_unit()",
    "appointments_of_one_unit()",
    "appointments_only_unit()",
    "appointments_stays_in_unit()",
    "appointments_escort_on_the_day()",
    "appointments_escort_stays()",
    "appointments_escort_word_is_kept()",
    "appointments_failure_stays()",
    "appointments_former_word_stays()",
    "appointments_goes_with_join(from_table text, row_key text, from_person uuid, to_person uuid)",
    "appointments_handover_dated()",
    "appointments_has_movement()",
    "appointments_has_place()",
    "appointments_hold_to_book(place bigint, person uuid, agenda bigint)",
    "appointments_join_keeps()",
    "appointments_keeps_building()",
    "appointments_kept_stands()",
    "appointments_kept_until_purged()",
    "appointments_kind_is_done()",
    "appointments_left_leaves_no_more()",
    "appointments_notes_silence()",
    "appointments_open_page(session_asked text, asked_at timestamp with time zone, patience interval, place bigint,"
    " day date)",
    "appointments_obstruction_keeps()",
    "appointments_past_refuses()",
    "appointments_person_joined()",
    "appointments_person_stands()",
    "appointments_purge_recorded()",
    "appointments_report_approved()",
    "appointments_report_fact()",
    "appointments_report_keeps()",
    "appointments_report_version()",
    "appointments_request_follows()",
    "appointments_rights(asking bigint, place bigint)",
    "appointments_round_folded(said text)",
    "appointments_round_place(places text, building text, cell text)",
    "appointments_round_stay_keeps()",
    "appointments_round_visit_refuse()",
    "appointments_round_visit_stands()",
    "appointments_rounds_follow_building()",
    "appointments_rounds_follow_kind()",
    "appointments_rounds_follow_person()",
    "appointments_rows_to_hold()",
    "appointments_seen_of_late()",
    "appointments_session_keeps()",
    "appointments_session_keeps_places()",
    "appointments_settle_rounds(place_of bigint, only_kind bigint, only_person uuid)",
    "appointments_state_comes_back()",
    "appointments_stays_with_person()",
    "appointments_tell_courier()",
    "appointments_while_away()",
    "appointments_within_session()",
)

# --- In a prison's database ----------------------------------------------------------------------------

PRISON_POLICIES: Policies = {
    # Filled in the hospital's database alone.
    "access_secondword": {},
    "access_custodian": {},
    "access_jointadministration": {},
    "prison_prisonfreeze": {
        "officers": "SELECT to prison",
        "starts": "INSERT to prison",
        "lifts": "UPDATE to prison",
        "courier": "ALL to courier",
    },
    "prison_prisonalert": {
        "officers": "SELECT to prison",
        "sends": "INSERT to prison",
        "courier": "ALL to courier",
    },
}
PRISON_TRIGGERS: Rules = {
    "prison_tap": ("tap_taken",),
    "prison_prisonfreeze": ("freeze_to_carry",),
    "prison_prisonalert": ("alert_named", "alert_to_carry"),
    # What leaves the screen was opened by the unit.
    "prison_exportpermission": ("permission_ends_calendars", "permission_of_an_account"),
    "prison_exportuse": ("export_taken",),
    "access_calendaraddress": ("calendar_permitted",),
}
PRISON_TOGETHER: Rules = {
    "prison_prisonfreeze": ("prison_freeze_building_here",),
    "prison_prisonalert": ("prison_alert_building_here",),
    "prison_printedsheet": ("printed_sheet_building_here",),
}
# Whoever writes an edition, nothing but neutral lines stands in it.
# What an officer's login keeps of its paper, their pages can read back.
PRISON_CHECKS: Rules = {
    "prison_edition": ("edition_digest", "edition_planned_for", "lines_are_neutral"),
    "prison_printedsheet": ("sheet_is_whole", "sheet_of_these_times"),
}
PRISON_FUNCTIONS = (
    "prison_end_calendars()",
    "prison_know_account()",
    "prison_lines_are_neutral(lines jsonb)",
    "prison_moment(officer bigint, place bigint, of_day date, of_floor boolean, lately interval)",
    "prison_may_export(account bigint, establishment bigint)",
    "prison_name_alert()",
    "prison_open_calendar()",
    "prison_take_export()",
    "prison_sheet_is_whole(lines jsonb)",
    "prison_take_tap()",
    "prison_to_carry()",
)

# --- Together ------------------------------------------------------------------------------------------

# A function that somebody adds is closed until it is granted.
GENERAL = ("default privileges: REVOKE ALL ON FUNCTIONS",)


def policies(database: str) -> Policies:
    """Return the policies of a database's tables."""
    return {**POLICIES, **(CARE_POLICIES if database == "care" else PRISON_POLICIES)}


def declared(database: str) -> frozenset[str]:
    """Return the names of all rules that must be there, as `appointments.wall.dump.named` gives them."""
    return frozenset(_declared(database))


def _declared(database: str) -> Iterator[str]:
    is_care = database == "care"
    for table, names in policies(database).items():
        yield f"row-level security on {table}"
        yield from (f"policy {name} on {table}" for name in names)
    for tables in (TRIGGERS, CARE_TRIGGERS if is_care else PRISON_TRIGGERS):
        yield from _of_tables("trigger", tables)
    own = (CARE_EXCLUSIONS, CARE_TOGETHER, CARE_CHECKS) if is_care else (PRISON_TOGETHER, PRISON_CHECKS)
    for tables in (TOGETHER, CHECKS, *own):
        yield from _of_tables("constraint", tables)
    yield from (f"function {name}" for name in (*FUNCTIONS, *(CARE_FUNCTIONS if is_care else PRISON_FUNCTIONS)))
    for login in VISITORS[database]:
        yield from (f"{login} may {what}" for what in ("CONNECT to DATABASE", "USAGE to SCHEMA"))
    yield from GENERAL


def _of_tables(kind: str, tables: Rules) -> Iterator[str]:
    for table, names in tables.items():
        yield from (f"{kind} {name} on {table}" for name in names)
