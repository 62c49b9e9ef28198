-- Refuses rights on rows of another establishment than the one whose log tells of them: its own row, or one of a table
-- that says of which establishment each row is. Granted to nobody.
CREATE OR REPLACE FUNCTION access_require_rows_here(establishment bigint, permissions bigint[], objects text[]) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    it record;
    is_here boolean;
BEGIN
    FOR it IN SELECT c.app_label, c.model, r.object FROM unnest(permissions, objects) AS r (permission, object)
            LEFT JOIN auth_permission p ON p.id = r.permission LEFT JOIN django_content_type c ON c.id = p.content_type_id LOOP
        IF it.app_label = 'access' AND it.model = 'establishment' THEN
            is_here := it.object = establishment::text;
        ELSIF EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = to_regclass(quote_ident(it.app_label || '_' || it.model))
                AND a.attname = 'establishment_id') THEN
            EXECUTE format('SELECT EXISTS (SELECT FROM %I r WHERE r.id::text = $1 AND r.establishment_id = $2)',
                it.app_label || '_' || it.model) INTO is_here USING it.object, establishment;
        ELSE
            is_here := false;
        END IF;
        IF is_here IS NOT TRUE THEN
            RAISE EXCEPTION 'One of these rows does not belong to this establishment.'
                USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'right_on_row_here';
        END IF;
    END LOOP;
END $$;
