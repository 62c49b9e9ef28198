-- Whether a role counts on the day that it is at its establishment, or will begin.
CREATE OR REPLACE FUNCTION access_is_unended(membership access_membership) RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    RETURN membership.valid_until IS NULL OR membership.valid_until >= (
        SELECT (now() AT TIME ZONE e.time_zone)::date FROM access_establishment e
        WHERE e.id = membership.establishment_id);
END $$;
