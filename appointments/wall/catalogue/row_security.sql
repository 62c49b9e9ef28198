SELECT c.relname, 'ALTER TABLE ' || c.relname || ' ENABLE ROW LEVEL SECURITY;'
    || CASE WHEN c.relforcerowsecurity THEN ' -- FORCED' ELSE '' END
FROM pg_class c WHERE c.relrowsecurity AND c.relnamespace = 'public'::regnamespace ORDER BY 1
