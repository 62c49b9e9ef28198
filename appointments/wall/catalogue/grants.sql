-- One statement a login: whole tables and columns together. The owner may do everything anyway.
SELECT opened.relname, 'GRANT ' || string_agg(opened.privilege_type
        || CASE WHEN opened.columns = '' THEN '' ELSE ' (' || opened.columns || ')' END,
        ', ' ORDER BY opened.privilege_type) || ' ON ' || opened.relname || ' TO ' || opened.login || ';'
FROM (SELECT c.relname, coalesce(r.rolname, 'PUBLIC') AS login, a.privilege_type, '' AS columns
        FROM pg_class c, aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
        WHERE c.relnamespace = 'public'::regnamespace AND a.grantee <> c.relowner
            AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = c.oid AND e.deptype = 'e')
      UNION ALL
      SELECT c.relname, coalesce(r.rolname, 'PUBLIC'), a.privilege_type,
            string_agg(t.attname, ', ' ORDER BY t.attname <> 'id', t.attname)
        FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid,
            aclexplode(t.attacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
        WHERE c.relnamespace = 'public'::regnamespace AND a.grantee <> c.relowner GROUP BY 1, 2, 3) AS opened
GROUP BY opened.relname, opened.login ORDER BY opened.relname, opened.login
