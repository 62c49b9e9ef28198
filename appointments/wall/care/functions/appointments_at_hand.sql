-- All that a time in an agenda is judged by, read once for whoever holds the agenda: its session then, who has places in
-- it, who is away, when people are called and how many of them, when lists go out. NULL where no session is open.
-- With `limited`, nobody else takes a place among those whom officers can bring, until the transaction ends: that lock is
-- the last, and of all arrival times, in their order. Whoever puts one person at a time of their own and does nothing else
-- in the transaction (`alone`) holds the one arrival time that it concerns: two bookings at other hours do not wait for
-- each other. By night, when clocks change, all of them. What each statement reads is as it is once the locks before it are held, for it is not STABLE.
-- As the one who calls: each table's policy judges. A function, for its plans are kept (docs/adr/0071).
CREATE OR REPLACE FUNCTION appointments_at_hand(
    place bigint, agenda bigint, begins timestamptz, person uuid, leaving uuid[], limited boolean, alone boolean
) RETURNS json LANGUAGE plpgsql VOLATILE
    SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_variable
DECLARE
    s appointments_consultationsession;
    begins_there time;
    called json;
BEGIN
    -- An agenda that was taken out of use a moment ago is seen to be: it is locked by now.
    SELECT c.* INTO s FROM appointments_consultationsession c JOIN appointments_agenda a ON a.id = c.agenda_id AND a.is_active
        -- As the constraint session_overlap says it, whose index finds the one among those of many years.
        WHERE c.agenda_id = agenda AND tstzrange(c.starts_at, c.ends_at, '[)') @> begins;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF limited THEN
        SELECT timezone(e.time_zone, begins)::time INTO begins_there FROM access_establishment e WHERE e.id = place;
        PERFORM 1 FROM appointments_arrivaltime t
            WHERE t.establishment_id = place AND t.most_people IS NOT NULL
                AND (NOT alone OR s.mode <> 'fixed' OR begins_there < '05:00' OR t.at = (
                    SELECT max(x.at) FROM appointments_arrivaltime x WHERE x.establishment_id = place AND x.at <= begins_there))
            ORDER BY t.at FOR NO KEY UPDATE;
        IF FOUND THEN
            -- Nobody waits past midnight: the bounds let the database use its index on starts.
            SELECT json_agg(json_build_array(c.at, c.people)) INTO called FROM (
                SELECT o.called_at AS at, count(DISTINCT o.detainee_id) AS people
                FROM access_establishment e JOIN appointments_appointment o ON o.establishment_id = e.id
                    AND o.starts_at >= timezone(e.time_zone, date_trunc('day', timezone(e.time_zone, s.starts_at)))
                    AND o.starts_at < timezone(e.time_zone, date_trunc('day', timezone(e.time_zone, s.ends_at)) + interval '1 day')
                WHERE e.id = place AND NOT o.is_unplanned AND o.status <> 'cancelled' AND o.detainee_id <> person
                GROUP BY o.called_at
            ) c;
        END IF;
    END IF;
    RETURN json_build_object(
        'session', s,
        'held', (
            SELECT json_agg(json_build_array(o.starts_at, o.ends_at, o.shares_time, o.id))
            FROM appointments_appointment o
            WHERE o.session_id = s.id AND o.status IN ('booked', 'arrived', 'in_consultation', 'seen')
                AND NOT o.is_unplanned AND o.id <> ALL (leaving)
        ),
        'expected', (
            SELECT json_agg(json_build_array(o.starts_at, o.ends_at)) FROM appointments_appointment o
            WHERE s.mode <> 'fixed' AND o.detainee_id = person AND o.starts_at < s.ends_at AND o.ends_at > s.starts_at
                AND o.status IN ('booked', 'arrived', 'in_consultation', 'seen') AND o.id <> ALL (leaving)
        ),
        'absences', (
            SELECT json_agg(json_build_array(b.starts_at, b.ends_at)) FROM appointments_absence b
            WHERE b.agenda_id = agenda AND b.starts_at < s.ends_at AND b.ends_at > s.starts_at
        ),
        'closures', (
            SELECT json_agg(json_build_array(c.starts_at, c.ends_at))
            FROM appointments_agenda a JOIN appointments_closure c ON c.unit_id = a.unit_id
            WHERE a.id = agenda AND c.starts_at < s.ends_at AND c.ends_at > s.starts_at
        ),
        'arrivals', (
            SELECT json_agg(json_build_array(t.at, t.most_people) ORDER BY t.at) FROM appointments_arrivaltime t
            WHERE t.establishment_id = place
        ),
        'called', called,
        'publications', (
            SELECT json_agg(json_build_array(p.at, p.since, p.until)) FROM appointments_publicationtime p
            WHERE p.establishment_id = place
        )
    );
END $$;
