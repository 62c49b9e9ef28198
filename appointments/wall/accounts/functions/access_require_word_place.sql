-- Refuses to ask for a word elsewhere than where the account's second persons are (access_word_place). Granted to nobody.
CREATE OR REPLACE FUNCTION access_require_word_place(establishment bigint, account bigint) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    IF coalesce(access_word_place(account), establishment) <> establishment THEN
        RAISE EXCEPTION 'A second person of another establishment answers for this account.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'word_elsewhere';
    END IF;
END $$;
