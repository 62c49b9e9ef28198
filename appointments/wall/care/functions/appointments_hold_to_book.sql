-- The locks that one booking takes, in their order (appointments/booking/guards.py), and the person as they are by then:
-- the common arrival times, the person, the agenda. NULL where the establishment has no row to hold. As the one who calls:
-- each table's policy judges. A function, for it is asked in one go and its plan is kept (docs/adr/0071).
CREATE OR REPLACE FUNCTION appointments_hold_to_book(place bigint, person uuid, agenda bigint) RETURNS json
    LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_variable
DECLARE
    held json;
BEGIN
    PERFORM 1 FROM appointments_hold h WHERE h.establishment_id = place AND h.subject = 'arrival_times' FOR SHARE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT to_json(d) INTO held FROM appointments_detainee d WHERE d.id = person FOR NO KEY UPDATE;
    PERFORM 1 FROM appointments_agenda a WHERE a.id = agenda FOR NO KEY UPDATE;
    RETURN json_build_array(held);
END $$;
