-- Ends the sessions, the calendar addresses, the interface tokens and the link with an identity provider of an account: each
-- of them would let in whoever was to be kept out. Granted to nobody: what an administrator does to an account of
-- another side ends them, and says so in the log.
CREATE OR REPLACE FUNCTION access_end_sessions(account bigint) RETURNS void LANGUAGE sql
    SET search_path = public, pg_temp AS $$
    DELETE FROM access_session WHERE user_id = account;
    DELETE FROM access_providerlink WHERE user_id = account;
    UPDATE access_calendaraddress SET revoked_at = now() WHERE user_id = account AND revoked_at IS NULL;
    UPDATE access_interfacetoken SET ended_at = now() WHERE user_id = account AND ended_at IS NULL;
$$;
