-- Tells an account's owner what an administrator did to their sign-in, and ends every wait: whoever is given a new first
-- password, a token or a new beginning can use it at once. Granted to nobody.
CREATE OR REPLACE FUNCTION access_note_event(account bigint, what text) RETURNS void LANGUAGE sql
    SET search_path = public, pg_temp AS $$
    DELETE FROM access_failedattempts WHERE user_id = account;
    INSERT INTO access_accountevent (user_id, at, what, browser, address, session)
        VALUES (account, now(), access_note_event.what, '', '', '');
    UPDATE access_user SET untold_since = coalesce(untold_since, now()) WHERE id = account;
$$;
