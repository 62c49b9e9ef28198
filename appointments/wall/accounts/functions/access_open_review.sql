-- Opens a review: a line for each account of one side with a role at the establishment that has not ended, with all that
-- it may do and see there as the database itself knows it: of an administrator whose accounts they manage, of a carer how
-- often they opened an agenda or a person by emergency access in the last 92 days. No actor is the nightly work. Returns its key.
CREATE OR REPLACE FUNCTION access_open_review(actor bigint, establishment bigint, side text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    review bigint;
    kind record;
    -- account -> its rights on rows of this establishment, by name as they are called today
    rights jsonb := '{}';
    more jsonb;
BEGIN
    PERFORM access_require_administrator(actor, establishment);
    IF side <> 'accounts' THEN
        PERFORM access_require_side(actor, establishment, side);
    END IF;
    FOR kind IN SELECT DISTINCT c.id, c.app_label, c.model FROM guardian_userobjectpermission p
            JOIN django_content_type c ON c.id = p.content_type_id
            WHERE EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = to_regclass(quote_ident(c.app_label || '_' || c.model))
                AND a.attname = 'name') ORDER BY c.id LOOP
        EXECUTE format(
            'SELECT jsonb_object_agg(g.user_id, g.given) FROM ('
            ' SELECT p.user_id, jsonb_agg(jsonb_build_object(''model'', %L::text, ''right'', a.codename,'
            '   ''row'', p.object_pk, ''name'', r.name) ORDER BY r.name, p.object_pk, a.codename) AS given'
            ' FROM guardian_userobjectpermission p JOIN auth_permission a ON a.id = p.permission_id'
            ' JOIN %I r ON r.id::text = p.object_pk AND r.%I = $1'
            ' WHERE p.content_type_id = $2 GROUP BY p.user_id) g',
            kind.model, kind.app_label || '_' || kind.model,
            CASE WHEN kind.model = 'establishment' THEN 'id' ELSE 'establishment_id' END)
            INTO more USING establishment, kind.id;
        rights := rights || coalesce((
            SELECT jsonb_object_agg(m.key, coalesce(rights -> m.key, '[]') || m.value) FROM jsonb_each(more) AS m), '{}');
    END LOOP;
    -- Only the hospital's database has emergency accesses.
    IF side = 'care' AND to_regclass('appointments_emergencyaccess') IS NOT NULL THEN
        EXECUTE 'SELECT jsonb_object_agg(g.taker, g.told) FROM ('
            ' SELECT e.user_id AS taker, jsonb_build_array(jsonb_build_object(''model'', ''emergencyaccess'','
            '   ''right'', ''emergency'', ''row'', count(*)::text, ''name'', '''')) AS told'
            ' FROM appointments_emergencyaccess e WHERE e.establishment_id = $1 AND e.began_at > now() - interval ''92 days'''
            ' GROUP BY e.user_id) g' INTO more USING establishment;
        rights := rights || coalesce((
            SELECT jsonb_object_agg(m.key, coalesce(rights -> m.key, '[]') || m.value) FROM jsonb_each(more) AS m), '{}');
    END IF;
    INSERT INTO access_accessreview (establishment_id, side, opened_by_id)
        VALUES (access_open_review.establishment, access_open_review.side, actor) RETURNING id INTO review;
    INSERT INTO access_reviewline
        (review_id, user_id, username, full_name, is_active, last_login, role, valid_from, valid_until, rights, decision, stood)
        SELECT review, u.id, u.username, u.full_name, u.is_active, u.last_login, m.role, m.valid_from, m.valid_until,
            coalesce(rights -> u.id::text, '[]') || CASE WHEN m.administers = '' THEN '[]' ELSE jsonb_build_array(
                jsonb_build_object('model', 'membership', 'right', 'administers', 'row', m.administers, 'name', '')) END, '', '{}'
        FROM access_membership m JOIN access_user u ON u.id = m.user_id
        WHERE m.establishment_id = access_open_review.establishment AND m.side = access_open_review.side
            AND access_is_unended(m);
    IF NOT FOUND THEN
        UPDATE access_accessreview r SET closed_at = now() WHERE r.id = review;
    END IF;
    PERFORM access_log_line(access_door(), actor, 'open_review', 'access.accessreview', review::text, establishment);
    RETURN review;
END $$;
