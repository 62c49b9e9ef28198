-- An account administrator closes an account, whose sessions end at once, or opens it again; one that waits for a second
-- person's word is not opened past it.
CREATE OR REPLACE FUNCTION access_set_active(actor bigint, establishment bigint, account bigint, active boolean)
    RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM access_require_managed(actor, establishment, account);
    IF active AND access_awaits_opening(account) THEN
        RAISE EXCEPTION 'This account waits for a second person’s word.'
            USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'awaits_second_word';
    END IF;
    UPDATE access_user u SET is_active = active WHERE u.id = account;
    IF NOT active THEN
        PERFORM access_end_sessions(account);
    END IF;
    PERFORM access_log_account(
        actor, CASE WHEN active THEN 'reactivate' ELSE 'deactivate' END, establishment, account);
END $$;
