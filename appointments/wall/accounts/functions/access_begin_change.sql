-- A change of an account waits for a second person's word: its name, its role with the rights that come with it, or that it
-- opens again. Asked again while it waits, both are asked for as one; the word that stood there is replaced, so that nobody
-- confirms another thing than they read. Says whether that is anything new. Granted to nobody.
CREATE OR REPLACE FUNCTION access_begin_change(actor bigint, establishment bigint, account bigint, change jsonb)
    RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    it access_secondword;
    wanted jsonb := change;
BEGIN
    SELECT * INTO it FROM access_secondword w WHERE w.account_id = account AND w.what = 'change_account' AND w.answer = ''
        AND w.establishment_id = access_begin_change.establishment AND w.until >= now() FOR UPDATE;
    IF FOUND THEN
        wanted := it.change || change;
        IF wanted = it.change THEN
            RETURN false;
        END IF;
        UPDATE access_secondword w SET answer = 'replaced', answered_at = now() WHERE w.id = it.id;
    END IF;
    PERFORM access_begin_word(actor, establishment, account, 'change_account', is_logged => false, change => wanted);
    RETURN true;
END $$;
