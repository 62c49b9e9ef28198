-- Which side a login stands on. Policies compare rows with it; the owner's login is on none.
CREATE OR REPLACE FUNCTION access_side() RETURNS text LANGUAGE sql STABLE
    SET search_path = pg_catalog AS $$
    SELECT CASE current_user
        WHEN 'carehub_care' THEN 'care' WHEN 'carehub_prison' THEN 'prison' WHEN 'carehub_accounts' THEN 'accounts'
        WHEN 'carehub_courier' THEN 'courier'
        ELSE 'owner' END
$$;
