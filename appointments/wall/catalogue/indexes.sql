-- Without the nightly queue's, which are its package's (grants on them are not left out).
-- Without those that a constraint brings.
SELECT c.relname, pg_get_indexdef(i.indexrelid, 0, true)
    || CASE WHEN i.indisvalid THEN ';' ELSE '; -- NOT VALID' END
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
WHERE c.relnamespace = 'public'::regnamespace AND c.relname NOT LIKE 'procrastinate\_%'
    AND NOT EXISTS (SELECT FROM pg_constraint o WHERE o.conindid = i.indexrelid AND o.contype IN ('p', 'u', 'x'))
ORDER BY 1, x.relname
