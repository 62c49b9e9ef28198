-- Whether the second factors of an account are a head of unit's: today, once, or until a week ago. Who takes the role away
-- for a moment gains nothing by it. Granted to nobody.
CREATE OR REPLACE FUNCTION access_is_guarded(account bigint) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM access_membership m WHERE m.user_id = account
                   AND (m.role = 'head' OR m.was_head_at > now() - interval '7 days'))
$$;
