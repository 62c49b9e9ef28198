-- Writes the name of an account; of the care side, and of who gives the second word, it waits for a second person's word:
-- behind the same account would stand another person. An account that waits to be opened has the name with which it is to be
-- confirmed. Says whether it waits; nothing, when that name waits already. Granted to nobody.
CREATE OR REPLACE FUNCTION access_rename(actor bigint, establishment bigint, account bigint, full_name text) RETURNS boolean
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE it access_user;
BEGIN
    SELECT * INTO it FROM access_user u WHERE u.id = account FOR NO KEY UPDATE;
    IF it.full_name = access_rename.full_name THEN
        RETURN false;
    END IF;
    IF actor IS NOT NULL AND (it.side = 'care' OR access_is_guarded(account)) AND NOT access_awaits_opening(account) THEN
        PERFORM access_require_word_place(establishment, account);
        RETURN nullif(access_begin_change(
            actor, establishment, account, jsonb_build_object('full_name', access_rename.full_name)), false);
    END IF;
    UPDATE access_user u SET full_name = access_rename.full_name WHERE u.id = account;
    RETURN false;
END $$;
