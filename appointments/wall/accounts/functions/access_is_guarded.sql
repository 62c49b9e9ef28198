-- Whether an account gives the second word somewhere: its second factors are not taken away by one administrator. Who takes
-- the role away for a moment gains nothing by it.
CREATE OR REPLACE FUNCTION access_is_guarded(account bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM access_membership m WHERE m.user_id = account AND access_guards(m))
$$;
