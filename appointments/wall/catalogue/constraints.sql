-- Without the nightly queue's, which are its package's (grants on them are not left out).
-- NOT NULL stands with the column; PostgreSQL 18 counts it among the constraints.
SELECT c.relname, 'ALTER TABLE ' || c.relname || ' ADD CONSTRAINT ' || o.conname || E'\n    '
    || pg_get_constraintdef(o.oid, true) || CASE WHEN o.convalidated THEN ';' ELSE '; -- NOT VALIDATED' END
FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
WHERE o.connamespace = 'public'::regnamespace AND o.contype IN ('p', 'u', 'x', 'c', 'f')
    AND c.relname NOT LIKE 'procrastinate\_%'
ORDER BY 1, position(o.contype::text IN 'puxcf'), o.conname
