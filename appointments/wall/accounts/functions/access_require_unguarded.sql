-- Refuses where the factors of who gives the second word would change by one administrator's hand. Granted to nobody.
CREATE OR REPLACE FUNCTION access_require_unguarded(actor bigint, account bigint) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    IF actor IS NOT NULL AND access_is_guarded(account) THEN
        RAISE EXCEPTION 'The second factors of who gives the second word change with a second person’s word.'
            USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'second_word_needed';
    END IF;
END $$;
