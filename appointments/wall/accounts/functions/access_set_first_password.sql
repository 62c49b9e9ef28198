-- An account administrator sets a first password: the one before is worth nothing for ever (access_remember_password), and
-- whoever signs in with this one must replace it, so that the account's owner notices.
CREATE OR REPLACE FUNCTION access_set_first_password(actor bigint, establishment bigint, account bigint, password text)
    RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM access_require_managed(actor, establishment, account);
    UPDATE access_user u SET password = access_set_first_password.password, must_change_password = true, sheet_until = NULL
        WHERE u.id = account;
    PERFORM access_end_sessions(account);
    PERFORM access_note_event(account, 'first_password');
    PERFORM access_log_account(actor, 'reset_password', establishment, account);
END $$;
