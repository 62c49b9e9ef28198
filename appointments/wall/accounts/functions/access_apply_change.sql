-- Writes the change of an account for which a word was given, as it was asked. Granted to nobody.
CREATE OR REPLACE FUNCTION access_apply_change(word access_secondword) RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE given jsonb := word.change;
BEGIN
    UPDATE access_user u SET full_name = given ->> 'full_name' WHERE u.id = word.account_id AND given ? 'full_name';
    IF given ? 'role' THEN
        PERFORM access_put_access(NULL, word.establishment_id, word.account_id, given ->> 'role',
            (given ->> 'valid_from')::date, (given ->> 'valid_until')::date,
            ARRAY(SELECT (r ->> 'permission')::bigint FROM jsonb_array_elements(given -> 'rights') WITH ORDINALITY AS t (r, nth)
                  ORDER BY nth),
            ARRAY(SELECT r ->> 'object' FROM jsonb_array_elements(given -> 'rights') WITH ORDINALITY AS t (r, nth) ORDER BY nth),
            ARRAY(SELECT (r ->> 'wanted')::boolean FROM jsonb_array_elements(given -> 'rights') WITH ORDINALITY AS t (r, nth)
                  ORDER BY nth),
            coalesce(given ->> 'administers', ''));
    END IF;
    UPDATE access_user u SET is_active = true, suspended_at = NULL, counted_since = now()
        WHERE u.id = word.account_id AND given ? 'is_active';
    PERFORM access_tell(word.account_id, 'account_changed');
END $$;
