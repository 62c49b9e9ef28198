-- Whose accounts stand in this database: the prison's.
CREATE OR REPLACE FUNCTION access_house() RETURNS text LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog AS $$ SELECT 'prison' $$;
