-- An account administrator opens an account: without role, without second factor, and with a password that its owner must
-- replace. Returns its key.
CREATE OR REPLACE FUNCTION access_open_account(
    actor bigint, establishment bigint, side text, username text, full_name text, email text, password text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE account bigint;
BEGIN
    PERFORM access_require_administrator(actor, establishment);
    INSERT INTO access_user (side, username, full_name, email, password, is_active, must_change_password, date_joined)
    VALUES (side, username, full_name, email, password, true, true, now())
    RETURNING id INTO account;
    PERFORM access_log_account(actor, 'open_account', establishment, account);
    RETURN account;
END $$;
