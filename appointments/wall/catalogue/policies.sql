SELECT c.relname, 'CREATE POLICY ' || p.polname || ' ON ' || c.relname
    || CASE WHEN p.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END
    || ' FOR ' || CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
        WHEN 'd' THEN 'DELETE' ELSE 'ALL' END
    || ' TO ' || (SELECT string_agg(coalesce(r.rolname, 'PUBLIC'), ', ' ORDER BY r.rolname)
        FROM unnest(p.polroles) AS login LEFT JOIN pg_roles r ON r.oid = login)
    || coalesce(E'\n    USING (' || pg_get_expr(p.polqual, p.polrelid, true) || ')', '')
    || coalesce(E'\n    WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid, true) || ')', '') || ';'
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1, p.polname
