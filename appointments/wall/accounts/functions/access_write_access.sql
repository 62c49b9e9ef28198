-- An account administrator writes what an account does at an establishment and sees there (access_put_access).
-- One line of the log says that something was given, one that something was taken back, or that a second person's word is
-- asked for; none, when nothing changed.
CREATE OR REPLACE FUNCTION access_write_access(
    actor bigint, establishment bigint, account bigint, new_role text, begins date, ends date,
    permissions bigint[], objects text[], wanted boolean[], administers text DEFAULT ''
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE done text;
BEGIN
    PERFORM access_require_managed(actor, establishment, account);
    PERFORM access_require_rows_here(establishment, permissions, objects);
    FOREACH done IN ARRAY access_put_access(
            actor, establishment, account, new_role, begins, ends, permissions, objects, wanted, administers) LOOP
        IF done = 'asked_already' THEN
            PERFORM access_refuse_again();
        END IF;
        PERFORM access_log_account(actor, done, establishment, account);
    END LOOP;
    PERFORM access_retell_word(actor, establishment, account);
END $$;
