-- Writes one line of the log. Granted to nobody: functions that run with the owner's rights call it and answer for the
-- door; `account` is who acts. A login writes in the name of accounts of its own side only, and learns of no others;
-- the owner's commands act in anybody's name.
CREATE OR REPLACE FUNCTION access_log_line(
    door text, account bigint, verb text, target_type text, target_id text, establishment bigint
) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE who text := '';
BEGIN
    IF account IS NOT NULL THEN
        SELECT u.username INTO who FROM access_user u
            WHERE u.id = account AND access_log_line.door IN (u.side, 'owner');
        IF NOT FOUND AND door = 'accounts' AND NOT access_keeps_administrators() THEN
            who := 'administrator ' || account;
        ELSIF NOT FOUND THEN
            RAISE EXCEPTION 'This login does not write lines of the access log in the name of that account.'
                USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'log_account_of_side';
        END IF;
    END IF;
    -- A word that left this list stays in old lines.
    IF verb IS NULL OR verb NOT IN (
        'sign_in', 'sign_out', 'failed_sign_in', 'wrong_code', 'slow_down', 'unlock', 'refuse', 'end_session',
        'set_back_codes', 'provider_sign_in', 'provider_refused', 'link_provider', 'unlink_provider', 'enrol_factor', 'rename_factor', 'remove_factor', 'give_token',
        'change_password', 'open_account', 'change_account', 'grant', 'revoke', 'reset_factor',
        'reset_password', 'deactivate', 'reactivate', 'import_account', 'make_sheet', 'warn_unused', 'suspend',
        'lift_suspension', 'open_review', 'confirm_line', 'withdraw_line', 'close_review', 'read', 'search', 'export', 'print', 'import', 'book',
        'move', 'cancel', 'record_outcome', 'record_movement', 'freeze', 'lift_freeze', 'alert',
        'set_desk', 'open_display', 'close_display',
        'receive_alert', 'change_planning', 'publish', 'open_calendar', 'renew_calendar', 'revoke_calendar', 'enter_request',
        'change_request', 'decide', 'note_fact', 'change_fact',
        'write_report', 'decide_report', 'send_report', 'write_complaint', 'withdraw_consent',
        'open_exports', 'close_exports', 'undo_import', 'add_person', 'join', 'separate',
        'ask_word', 'give_word', 'refuse_word', 'name_second', 'end_second', 'agree_sides', 'break_glass', 'end_glass',
        'extract', 'set_retention', 'forget', 'name_partner', 'hand_over', 'take_over',
        'open_interface', 'end_interface', 'use_interface', 'failed_interface'
    ) THEN
        RAISE EXCEPTION 'The access log does not know this verb.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'log_verb_known';
    END IF;
    IF establishment IS NOT NULL AND NOT EXISTS (SELECT FROM access_establishment e WHERE e.id = establishment) THEN
        RAISE EXCEPTION 'A line of the access log is about an establishment that there is, or about none.'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'log_establishment_known';
    END IF;
    -- Number, time and hashes are the trigger's.
    INSERT INTO access_auditentry (door, user_id, username, verb, target_type, target_id, establishment_id, previous_hash, hash)
    VALUES (door, account, who, verb, target_type, target_id, establishment, '', '');
END $$;
