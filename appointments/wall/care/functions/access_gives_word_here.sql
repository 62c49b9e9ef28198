-- Whether a carer gives the second word at `establishment` today: a head of the unit, or who was named beside the head.
CREATE OR REPLACE FUNCTION access_gives_word_here(carer bigint, establishment bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM access_membership m JOIN access_user u ON u.id = m.user_id
        JOIN access_establishment e ON e.id = m.establishment_id
        WHERE m.user_id = carer AND m.establishment_id = establishment AND m.side = 'care' AND u.is_active
            AND m.valid_from <= (now() AT TIME ZONE e.time_zone)::date AND access_is_unended(m)
            AND (m.role = 'head' OR EXISTS (
                SELECT FROM access_custodian c
                WHERE c.user_id = carer AND c.establishment_id = establishment AND c.ended_at IS NULL)))
$$;
