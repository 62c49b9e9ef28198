-- What an account was given at one establishment, as it stands now, in one row: on the establishment, on its units, on its
-- agendas in use, and what it was named to beside. What follows from that is said in appointments/rights.py alone.
-- As the one who calls: each table's policy judges. A function, for its plan is kept: each verb and each page asks this
-- anew, and to plan it took four times as long as to answer it (docs/adr/0071).
CREATE OR REPLACE FUNCTION appointments_rights(asking bigint, place bigint) RETURNS json LANGUAGE plpgsql STABLE
    SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_variable
DECLARE
    on_place text[];
    heads text[];
    sees text[];
    books text[];
BEGIN
    -- By names, not keys: the keys of rights differ between two databases. Of each right all its rows at once.
    SELECT array_agg(p.codename) FILTER (WHERE t.app_label = 'access' AND t.model = 'establishment' AND place::text = ANY (g.rows)),
        array_agg(g.rows) FILTER (WHERE t.app_label = 'appointments' AND t.model = 'careunit' AND p.codename = 'head_unit'),
        array_agg(g.rows) FILTER (WHERE t.app_label = 'appointments' AND t.model = 'agenda' AND p.codename = 'view_agenda'),
        array_agg(g.rows) FILTER (WHERE t.app_label = 'appointments' AND t.model = 'agenda' AND p.codename = 'book_agenda')
        INTO on_place, heads, sees, books
        FROM (
            SELECT o.permission_id, array_agg(o.object_pk::text) AS rows FROM guardian_userobjectpermission o
            WHERE o.user_id = asking GROUP BY o.permission_id
        ) g
        JOIN auth_permission p ON p.id = g.permission_id JOIN django_content_type t ON t.id = p.content_type_id;
    RETURN json_build_object(
        'on_establishment', coalesce(on_place, '{}'),
        'units', (
            SELECT json_agg(json_build_array(to_json(u), coalesce(u.id::text = ANY (heads), false)))
            FROM appointments_careunit u WHERE u.establishment_id = place
        ),
        'agendas', (
            SELECT json_agg(json_build_array(
                to_json(a), coalesce(a.id::text = ANY (sees), false), coalesce(a.id::text = ANY (books), false)))
            FROM appointments_agenda a WHERE a.establishment_id = place AND a.is_active
        ),
        'reads_obstruction', EXISTS (
            SELECT FROM appointments_obstructionreader r
            WHERE r.establishment_id = place AND r.user_id = asking AND r.ended_at IS NULL
        ),
        'is_custodian', EXISTS (
            SELECT FROM access_custodian c WHERE c.establishment_id = place AND c.user_id = asking AND c.ended_at IS NULL
        ),
        'has_emergency', EXISTS (
            SELECT FROM appointments_emergencyaccess e WHERE e.establishment_id = place AND e.user_id = asking
                AND e.ended_at IS NULL AND e.until > statement_timestamp()
        )
    );
END $$;
