-- Tells an account's owner something at their next page. Granted to nobody.
CREATE OR REPLACE FUNCTION access_tell(account bigint, what text) RETURNS void LANGUAGE sql
    SET search_path = public, pg_temp AS $$
    INSERT INTO access_accountevent (user_id, at, what, browser, address, session)
        VALUES (account, now(), access_tell.what, '', '', '');
    UPDATE access_user SET untold_since = coalesce(untold_since, now()) WHERE id = account;
$$;
