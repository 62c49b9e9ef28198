-- Whether the accounts of administrators stand in this database: they stand in the hospital's.
CREATE OR REPLACE FUNCTION access_keeps_administrators() RETURNS boolean LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog AS $$ SELECT false $$;
