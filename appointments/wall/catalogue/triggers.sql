-- Without the nightly queue's, which are its package's (grants on them are not left out).
SELECT c.relname, pg_get_triggerdef(t.oid, true)
    || CASE t.tgenabled WHEN 'O' THEN ';' WHEN 'D' THEN '; -- SWITCHED OFF' ELSE '; -- FIRES AT OTHER TIMES' END
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace
    AND c.relname NOT LIKE 'procrastinate\_%'
ORDER BY 1, t.tgname
