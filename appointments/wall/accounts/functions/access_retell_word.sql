-- Who waits to be opened is changed meanwhile: the word tells of the account as it is now. In the transaction in which it was
-- asked it is put right; afterwards another word is asked for in its place, and whoever still reads the former one does not
-- confirm it. Granted to nobody.
CREATE OR REPLACE FUNCTION access_retell_word(actor bigint, establishment bigint, account bigint) RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    it access_secondword;
    as_it_is jsonb;
BEGIN
    SELECT * INTO it FROM access_secondword w
        WHERE w.account_id = account AND w.what = 'open_account' AND w.answer = '' FOR UPDATE;
    IF NOT FOUND OR actor IS NULL THEN
        RETURN;
    END IF;
    as_it_is := access_told(it.establishment_id, account, '{}');
    IF it.told = as_it_is THEN
        RETURN;
    END IF;
    IF it.asked_at = now() AND it.asked_by_id = actor THEN
        UPDATE access_secondword w SET told = as_it_is WHERE w.id = it.id;
    ELSIF it.until >= now() THEN
        UPDATE access_secondword w SET answer = 'replaced', answered_at = now() WHERE w.id = it.id;
        PERFORM access_begin_word(actor, it.establishment_id, account, 'open_account', is_logged => false);
    END IF;
END $$;
