-- Refuses to ask for the same thing twice while it waits. Granted to nobody.
CREATE OR REPLACE FUNCTION access_refuse_again() RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'A second person was asked for this already.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'word_asked_once';
END $$;
