-- An account administrator asks for a second person's word: again for an account that nobody confirmed in time, where it
-- was asked first; or to take the second factors away of who gives the second word, who is told at once: whoever still has
-- them can refuse.
CREATE OR REPLACE FUNCTION access_ask_word(actor bigint, establishment bigint, account bigint, what text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM access_require_managed(actor, establishment, account);
    IF what = 'open_account' AND NOT access_awaits_opening(account)
        OR what = 'reset_factor' AND NOT access_is_guarded(account)
        OR what NOT IN ('open_account', 'reset_factor') OR actor IS NULL OR actor = account
    THEN
        RAISE EXCEPTION 'This needs no second word.' USING ERRCODE = 'check_violation', CONSTRAINT = 'word_needed';
    END IF;
    IF what = 'reset_factor' THEN
        PERFORM access_require_word_place(establishment, account);
    ELSIF NOT EXISTS (SELECT FROM access_secondword w WHERE w.account_id = account AND w.what = 'open_account'
                      AND w.establishment_id = access_ask_word.establishment) THEN
        RAISE EXCEPTION 'A second person of another establishment answers for this account.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'word_elsewhere';
    END IF;
    PERFORM access_begin_word(actor, establishment, account, what);
    IF what = 'reset_factor' THEN
        PERFORM access_tell(account, 'reset_asked');
    END IF;
END $$;
