-- The line of the log about what an administrator did to an account, in the same statement as the deed: no login can do
-- the one without the other. Written last, when the account's rows are locked already. Granted to nobody.
CREATE OR REPLACE FUNCTION access_log_account(actor bigint, verb text, establishment bigint, account bigint) RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM access_log_line(access_door(), actor, verb, 'access.user', account::text, establishment);
END $$;
