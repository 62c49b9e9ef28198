-- What an account administrator may do to an account of another side without reading its secrets: take its factors away.
-- A head of unit's only with a second person's word: access_ask_word.
CREATE OR REPLACE FUNCTION access_reset_second_factor(actor bigint, establishment bigint, account bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM access_require_managed(actor, establishment, account);
    PERFORM access_require_unguarded(actor, account);
    PERFORM access_take_factors(account);
    PERFORM access_log_account(actor, 'reset_factor', establishment, account);
END $$;
