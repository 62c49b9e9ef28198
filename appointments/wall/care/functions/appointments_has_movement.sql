-- No appointment to come without its movement, whatever care notes of the person: only a cancellation withdraws it.
-- Checked when the transaction ends.
CREATE OR REPLACE FUNCTION appointments_has_movement() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM appointments_appointment a
        WHERE a.id = NEW.id AND a.status <> 'cancelled' AND a.starts_at > now()
          AND NOT EXISTS (SELECT FROM appointments_movement m
                          WHERE m.id = a.movement_id AND m.establishment_id = a.establishment_id AND m.expected_at = a.called_at);
    IF FOUND THEN
        RAISE EXCEPTION 'An appointment to come calls nobody: its movement is missing.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_has_movement', TABLE = 'appointments_appointment';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER appointment_has_movement AFTER INSERT OR UPDATE ON appointments_appointment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION appointments_has_movement();
