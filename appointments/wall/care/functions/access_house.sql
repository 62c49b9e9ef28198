-- Whose accounts stand in this database: care's, beside those of administrators.
CREATE OR REPLACE FUNCTION access_house() RETURNS text LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog AS $$ SELECT 'care' $$;
