-- An account administrator closes an account, whose sessions end at once, or opens it again; one that waits for a second
-- person's word is not opened past it, and one that gives the second word and has no second factor (whoever has its first
-- password could enrol) opens again with another person's word. One that the nightly work had suspended is told apart in the log, its owner is told,
-- and its days without sign-in are counted anew.
CREATE OR REPLACE FUNCTION access_set_active(actor bigint, establishment bigint, account bigint, active boolean)
    RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE was_suspended boolean;
BEGIN
    PERFORM access_require_managed(actor, establishment, account);
    IF active AND access_awaits_opening(account) THEN
        RAISE EXCEPTION 'This account waits for a second person’s word.'
            USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'awaits_second_word';
    END IF;
    IF active AND actor IS NOT NULL AND access_is_guarded(account) AND EXISTS (
            SELECT FROM access_user u WHERE u.id = account AND NOT u.is_active AND u.second_factor_since IS NULL) THEN
        PERFORM access_require_word_place(establishment, account);
        IF NOT access_begin_change(actor, establishment, account, jsonb_build_object('is_active', true)) THEN
            PERFORM access_refuse_again();
        END IF;
        PERFORM access_log_account(actor, 'ask_word', establishment, account);
        RETURN;
    END IF;
    UPDATE access_secondword w SET answer = 'replaced', answered_at = now()
        WHERE NOT active AND w.account_id = account AND w.what = 'change_account' AND w.answer = '' AND w.change ? 'is_active';
    SELECT u.suspended_at IS NOT NULL INTO was_suspended FROM access_user u WHERE u.id = account FOR NO KEY UPDATE;
    UPDATE access_user u SET is_active = active, suspended_at = NULL,
            counted_since = CASE WHEN active THEN now() ELSE u.counted_since END
        WHERE u.id = account;
    IF NOT active THEN
        PERFORM access_end_sessions(account);
    ELSIF was_suspended THEN
        PERFORM access_note_event(account, 'lifted');
    END IF;
    PERFORM access_log_account(
        actor,
        CASE WHEN NOT active THEN 'deactivate' WHEN was_suspended THEN 'lift_suspension' ELSE 'reactivate' END,
        establishment, account);
END $$;
