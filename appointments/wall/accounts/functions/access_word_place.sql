-- The establishment whose second persons answer for an account: where it has given the second word for longest, or else works
-- for longest. Who manages two places does not choose the one where their own creature answers. Granted to nobody.
CREATE OR REPLACE FUNCTION access_word_place(account bigint) RETURNS bigint
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT m.establishment_id FROM access_membership m WHERE m.user_id = account
        ORDER BY NOT access_guards(m), NOT access_is_unended(m), m.id LIMIT 1
$$;
