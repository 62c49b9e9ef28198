-- What tells an open page of the prison door that nothing on it has changed, as far as one officer sees it: freezes in
-- force, alerts of late, and either what is published and how often was tapped, or (of_floor) the officer's own lines and
-- where each stands, so that nothing of other floors is in it. As the one who calls: policies judge. A function, for its
-- plan is kept; to plan it anew took eight times as long as to answer (docs/adr/0070).
CREATE OR REPLACE FUNCTION prison_moment(
    officer bigint, place bigint, of_day date, of_floor boolean, lately interval
) RETURNS TABLE (freezes text, alerts text, told text)
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    seen bigint[];
BEGIN
    SELECT coalesce(array_agg(b.id ORDER BY b.id), '{}') INTO seen FROM access_building b
        WHERE b.establishment_id = place AND EXISTS (
            SELECT FROM guardian_userobjectpermission g
                JOIN auth_permission p ON p.id = g.permission_id
                JOIN django_content_type t ON t.id = p.content_type_id
            WHERE g.user_id = officer AND t.app_label = 'access' AND (
                p.codename = 'view_movements' AND t.model = 'building' AND g.object_pk = b.id::text
                OR p.codename = 'view_all_movements' AND t.model = 'establishment' AND g.object_pk = place::text));
    RETURN QUERY SELECT
        (
            SELECT string_agg(f.id::text, ' ' ORDER BY f.id) FROM prison_prisonfreeze f
            WHERE f.establishment_id = place AND f.lifted_at IS NULL
                AND (f.building_id IS NULL OR f.building_id = ANY (seen))
        ),
        (
            SELECT string_agg(concat(a.id, a.is_received), ' ' ORDER BY a.id) FROM prison_prisonalert a
            WHERE a.establishment_id = place AND a.building_id = ANY (seen) AND a.raised_at >= now() - lately
        ),
        concat(seen, CASE WHEN of_floor THEN (
            SELECT concat(min(e.planned_for), md5(string_agg(
                concat(l.line, s.state, s.impediment, s.at, s.previous_state, s.previous_impediment), '' ORDER BY l.place
            )))
            FROM prison_edition e
                CROSS JOIN LATERAL jsonb_array_elements(e.lines) WITH ORDINALITY l (line, place)
                LEFT JOIN prison_linestate s ON s.line = (l.line ->> 'id')::uuid
            WHERE e.establishment_id = prison_moment.place AND e.day = of_day
                AND (l.line ->> 'building')::bigint = ANY (seen)
        ) ELSE concat(
            (SELECT d.taps FROM prison_deskcount d WHERE d.establishment_id = place), ' ',
            (SELECT concat(e.version, ' ', e.planned_for, ' ', e.digest) FROM prison_edition e
                WHERE e.establishment_id = place AND e.day = of_day)
        ) END);
END $$;
