-- An account administrator opens an account of a side of theirs: without role, without second factor, and with a password
-- that its owner must replace. An account of the care side stays closed until a second person has given their word
-- (access_answer_word). The owner's command line opens it at once. Returns its key.
CREATE OR REPLACE FUNCTION access_open_account(
    actor bigint, establishment bigint, side text, username text, full_name text, email text, password text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    account bigint;
    waits boolean := side = 'care' AND actor IS NOT NULL;
BEGIN
    PERFORM access_require_administrator(actor, establishment);
    IF side <> 'accounts' THEN
        PERFORM access_require_side(actor, establishment, side);
    END IF;
    INSERT INTO access_user (side, username, full_name, email, password, is_active, must_change_password, date_joined)
    VALUES (side, username, full_name, email, password, NOT waits, true, now())
    RETURNING id INTO account;
    PERFORM access_log_account(actor, 'open_account', establishment, account);
    IF waits THEN
        PERFORM access_begin_word(actor, establishment, account, 'open_account');
    END IF;
    RETURN account;
END $$;
