-- For which administrator the accounts door asks, as its process says of each request (access/sight.py); nobody, as long
-- as nobody is signed in. Policies show no more than that person's side.
CREATE OR REPLACE FUNCTION access_actor() RETURNS bigint LANGUAGE sql STABLE
    SET search_path = pg_catalog AS $$
    SELECT nullif(current_setting('carehub.administrator', true), '')::bigint
$$;
