-- What an open page of the care door asks every three seconds, in one row: who comes with a session, at which of their
-- establishments an urgent alert waits, and how much has changed at one of them today. As the one who calls: each table's
-- policy judges. A function, for its plan is kept; to plan it anew took five times as long as to answer (docs/adr/0070).
CREATE OR REPLACE FUNCTION appointments_open_page(
    session_asked text, asked_at timestamptz, patience interval, place bigint, day date
) RETURNS TABLE (
    session_data text, user_id bigint, username text, password text, must_change_password boolean, last_place bigint,
    factors text[], places bigint[], roles text[], urgent boolean[], newest text
) LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT s.session_data, u.id, u.username::text, u.password::text, u.must_change_password, u.last_establishment_id,
        ARRAY(
            SELECT 'otp_totp.totpdevice/' || f.id FROM otp_totp_totpdevice f WHERE f.user_id = u.id AND f.confirmed
            UNION ALL
            SELECT 'otp_hotp.hotpdevice/' || f.id FROM otp_hotp_hotpdevice f WHERE f.user_id = u.id AND f.confirmed
            UNION ALL
            SELECT 'otp_static.staticdevice/' || f.id FROM otp_static_staticdevice f
                WHERE f.user_id = u.id AND f.confirmed
            UNION ALL
            SELECT 'django_otp_webauthn.webauthncredential/' || f.id FROM django_otp_webauthn_webauthncredential f
                WHERE f.user_id = u.id AND f.confirmed
        ),
        r.places, r.roles, r.urgent,
        (
            SELECT ROW(c.number, c.last, m.number, m.sum, f.keys, l.restored_at)::text
            FROM access_establishment e
            -- While the officers' side is late there is nothing to go by: how late it is must be looked at.
            JOIN appointments_prisonlink l ON l.name = e.prison AND l.reached_at >= statement_timestamp() - patience
            CROSS JOIN LATERAL (
                -- Counted beside their last number: of two written at once, the lower number may come in later.
                SELECT count(*) AS number, max(x.id) AS last FROM appointments_appointmentchange x
                WHERE x.establishment_id = e.id AND x.at >= timezone(
                    e.time_zone, date_trunc('day', timezone(e.time_zone, asked_at)))
            ) c
            CROSS JOIN LATERAL (
                SELECT count(*) AS number, sum(extract(epoch FROM x.state_at)) AS sum FROM appointments_movement x
                WHERE x.establishment_id = e.id AND x.state <> 'expected'
                    AND x.expected_at >= timezone(e.time_zone, day::timestamp)
                    AND x.expected_at < timezone(e.time_zone, (day + 1)::timestamp)
            ) m
            CROSS JOIN LATERAL (
                SELECT array_agg(x.id ORDER BY x.id) AS keys FROM appointments_freeze x
                WHERE x.establishment_id = e.id AND x.lifted_at IS NULL
            ) f
            WHERE e.id = place
        )
    FROM access_session s
    JOIN access_user u ON u.id = s.user_id AND u.side = 'care' AND u.is_active
    CROSS JOIN LATERAL (
        SELECT array_agg(m.establishment_id) AS places, array_agg(m.role::text) AS roles,
            array_agg(EXISTS (SELECT FROM appointments_alert a WHERE a.establishment_id = m.establishment_id
                AND NOT a.is_received AND a.urgency = 'now')) AS urgent
        FROM access_membership m JOIN access_establishment e ON e.id = m.establishment_id
        WHERE m.user_id = u.id AND m.valid_from <= timezone(e.time_zone, asked_at)::date
            AND (m.valid_until IS NULL OR m.valid_until >= timezone(e.time_zone, asked_at)::date)
    ) r
    WHERE s.session_key = session_asked AND s.expire_date > asked_at;
END $$;
