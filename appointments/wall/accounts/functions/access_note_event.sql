-- Tells an account's owner what an administrator did to their sign-in, and ends every wait: whoever is given a new first
-- password, a token or a new beginning can use it at once. Granted to nobody.
CREATE OR REPLACE FUNCTION access_note_event(account bigint, what text) RETURNS void LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM access_failedattempts WHERE user_id = account;
    PERFORM access_tell(account, what);
END $$;
