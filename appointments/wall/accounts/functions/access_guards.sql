-- Whether a role makes its account one that gives the second word: of a head of unit, today, once, or until a week ago; of
-- an administrator of the care side; of a colleague whom the head named, until a week after. Granted to nobody.
CREATE OR REPLACE FUNCTION access_guards(membership access_membership) RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    RETURN membership.role = 'head' OR coalesce(membership.was_head_at > now() - interval '7 days', false)
        OR membership.administers IN ('care', 'both') AND access_is_unended(membership)
        OR EXISTS (SELECT FROM access_custodian c
                   WHERE c.user_id = membership.user_id AND c.establishment_id = membership.establishment_id
                       AND (c.ended_at IS NULL OR c.ended_at > now() - interval '7 days'));
END $$;
