-- What a word tells of an account: name, role, dates and rights on rows of the establishment by the names of that moment, as
-- they will be after `change`; and what stood there before. Granted to nobody.
CREATE OR REPLACE FUNCTION access_told(establishment bigint, account bigint, change jsonb) RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    kind record;
    more jsonb;
    rights jsonb := '[]';
BEGIN
    FOR kind IN SELECT c.app_label, c.model, jsonb_agg(jsonb_build_object('right', a.codename, 'row', h.object)) AS held
            FROM (SELECT p.permission_id AS permission, p.object_pk AS object FROM guardian_userobjectpermission p
                  WHERE p.user_id = account AND NOT EXISTS (
                      SELECT FROM jsonb_to_recordset(change -> 'rights') AS g (permission bigint, object text, wanted boolean)
                      WHERE NOT g.wanted AND g.permission = p.permission_id AND g.object = p.object_pk)
                  UNION SELECT g.permission, g.object
                  FROM jsonb_to_recordset(change -> 'rights') AS g (permission bigint, object text, wanted boolean)
                  WHERE g.wanted) AS h
            JOIN auth_permission a ON a.id = h.permission JOIN django_content_type c ON c.id = a.content_type_id
            WHERE EXISTS (SELECT FROM pg_attribute t WHERE t.attrelid = to_regclass(quote_ident(c.app_label || '_' || c.model))
                AND t.attname = 'name') GROUP BY 1, 2 ORDER BY 1, 2 LOOP
        EXECUTE format(
            'SELECT jsonb_agg(jsonb_build_object(''model'', %L::text, ''right'', h."right", ''row'', h."row", ''name'', r.name)'
            '   ORDER BY r.name, h."row", h."right")'
            ' FROM jsonb_to_recordset($1) AS h ("right" text, "row" text) JOIN %I r ON r.id::text = h."row" AND r.%I = $2',
            kind.model, kind.app_label || '_' || kind.model,
            CASE WHEN kind.model = 'establishment' THEN 'id' ELSE 'establishment_id' END)
            INTO more USING kind.held, establishment;
        rights := rights || coalesce(more, '[]');
    END LOOP;
    RETURN (
        SELECT jsonb_build_object('username', u.username, 'side', u.side, 'rights', rights)
            || jsonb_build_object('before', b.stood - 'rights') || b.stood
            || (change - 'rights' - 'is_active')
        FROM access_user u LEFT JOIN access_membership m
            ON m.user_id = u.id AND m.establishment_id = access_told.establishment,
        LATERAL (SELECT jsonb_build_object('full_name', u.full_name, 'role', coalesce(m.role, ''), 'valid_from', m.valid_from,
            'valid_until', m.valid_until, 'administers', coalesce(m.administers, ''), 'is_active', u.is_active) AS stood) AS b
        WHERE u.id = account);
END $$;
