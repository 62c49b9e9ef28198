-- The password's hash of an account of the accounts side, to sign in there; none of another side. The column itself is
-- closed to the login of the accounts door, which reads the accounts of all sides.
CREATE OR REPLACE FUNCTION access_administrator_password(account bigint) RETURNS text LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.password FROM access_user u WHERE u.id = account AND u.side = 'accounts'
$$;
