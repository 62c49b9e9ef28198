-- Officers record nothing about a line without its event: checked when the transaction ends.
CREATE OR REPLACE FUNCTION appointments_state_has_event() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    -- The row as the transaction leaves it: one that taps twice fires twice, both times at its end.
    IF current_user = 'carehub_prison' AND EXISTS (
        SELECT FROM appointments_movement m WHERE m.id = NEW.id AND (m.state, m.impediment) IS DISTINCT FROM
            (SELECT (v.state, v.impediment) FROM appointments_movementevent v
             WHERE v.establishment_id = m.establishment_id AND v.register_number = m.register_number
               AND v.expected_at = m.expected_at ORDER BY v.id DESC LIMIT 1))
    THEN
        RAISE EXCEPTION 'A state was recorded without its line in the history.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'state_has_event', TABLE = 'appointments_movement';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER state_has_event AFTER UPDATE OF state, state_at, impediment ON appointments_movement
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION appointments_state_has_event();
