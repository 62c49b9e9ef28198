-- Who may enter, and what is open of an object that the owner makes next: without a line here, what PostgreSQL opens by
-- itself, which is the functions.
SELECT '', 'GRANT ' || a.privilege_type || ' ON DATABASE carehub TO ' || coalesce(r.rolname, 'PUBLIC') || ';'
FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a LEFT JOIN pg_roles r ON r.oid = a.grantee
WHERE d.datname = current_database() AND a.grantee <> d.datdba
UNION ALL
SELECT '', 'GRANT ' || a.privilege_type || ' ON SCHEMA public TO ' || coalesce(r.rolname, 'PUBLIC') || ';'
FROM pg_namespace n, aclexplode(n.nspacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
WHERE n.nspname = 'public' AND a.grantee <> n.nspowner
UNION ALL
SELECT '', 'ALTER DEFAULT PRIVILEGES '
    || coalesce('GRANT ' || a.privilege_type || ' ON ' || d.defaclobjtype::text || ' TO ' || coalesce(r.rolname, 'PUBLIC'),
                'REVOKE ALL ON ' || CASE d.defaclobjtype WHEN 'f' THEN 'FUNCTIONS' ELSE d.defaclobjtype::text END
                    || ' FROM PUBLIC') || ';'
FROM pg_default_acl d LEFT JOIN aclexplode(d.defaclacl) a ON a.grantee <> d.defaclrole LEFT JOIN pg_roles r ON r.oid = a.grantee
WHERE d.defaclrole = current_user::regrole
ORDER BY 2
