-- Without the nightly queue's, which are its package's (grants on them are not left out).
-- Those of extensions are PostgreSQL's own.
SELECT '', regexp_replace(rtrim(pg_get_functiondef(p.oid), E'\n'), ' (FUNCTION|PROCEDURE) public\.', ' \1 ') || ';'
    || CASE WHEN p.proowner = current_user::regrole THEN '' ELSE ' -- OF ' || p.proowner::regrole::text END
FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prokind IN ('f', 'p')
    AND p.proname NOT LIKE 'procrastinate\_%'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
ORDER BY p.proname, p.oid::regprocedure::text
