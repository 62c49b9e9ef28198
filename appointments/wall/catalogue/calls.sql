SELECT '', 'GRANT EXECUTE ON FUNCTION ' || p.oid::regprocedure::text || ' TO '
    || string_agg(coalesce(r.rolname, 'PUBLIC'), ', ' ORDER BY r.rolname) || ';'
FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
    LEFT JOIN pg_roles r ON r.oid = a.grantee
WHERE p.pronamespace = 'public'::regnamespace AND a.grantee <> p.proowner
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
GROUP BY p.oid, p.proname ORDER BY p.proname, p.oid::regprocedure::text
