-- A request does not rest on an appointment that did not take place: checked when the transaction ends.
CREATE OR REPLACE FUNCTION appointments_request_follows() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM appointments_request r JOIN appointments_appointment a ON a.id = r.appointment_id
        WHERE CASE TG_TABLE_NAME WHEN 'appointments_request' THEN r.id = NEW.id ELSE r.appointment_id = NEW.id END
          AND ((r.status = 'planned' AND a.status IN ('cancelled', 'not_come', 'seen'))
               OR (r.status = 'answered' AND a.status <> 'seen'));
    IF FOUND THEN
        RAISE EXCEPTION 'A request rests on an appointment that says otherwise.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'request_follows_appointment', TABLE = 'appointments_request';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER request_follows_appointment AFTER INSERT OR UPDATE ON appointments_request
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.appointment_id IS NOT NULL)
    EXECUTE FUNCTION appointments_request_follows();
CREATE CONSTRAINT TRIGGER appointment_keeps_request AFTER UPDATE ON appointments_appointment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status IS DISTINCT FROM OLD.status)
    EXECUTE FUNCTION appointments_request_follows();
