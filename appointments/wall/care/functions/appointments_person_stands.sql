-- Nothing is booked, asked for or noted under a record that was joined into another, or taken back. The lock lets a join
-- and whoever writes for the person wait for each other.
CREATE OR REPLACE FUNCTION appointments_person_stands() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM appointments_detainee d WHERE d.id = NEW.detainee_id FOR SHARE;
    PERFORM 1 FROM appointments_detainee d
        WHERE d.id = NEW.detainee_id AND (d.joined_into_id IS NOT NULL OR d.retracted_at IS NOT NULL);
    IF FOUND THEN
        RAISE EXCEPTION 'This record was joined into another, or taken back.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'person_stands', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER appointment_person_stands BEFORE INSERT ON appointments_appointment
    FOR EACH ROW WHEN (NEW.detainee_id IS NOT NULL) EXECUTE FUNCTION appointments_person_stands();
CREATE TRIGGER series_person_stands BEFORE INSERT ON appointments_series
    FOR EACH ROW WHEN (NEW.detainee_id IS NOT NULL) EXECUTE FUNCTION appointments_person_stands();
CREATE TRIGGER request_person_stands BEFORE INSERT ON appointments_request
    FOR EACH ROW WHEN (NEW.detainee_id IS NOT NULL) EXECUTE FUNCTION appointments_person_stands();
CREATE TRIGGER question_person_stands BEFORE INSERT ON appointments_question
    FOR EACH ROW WHEN (NEW.detainee_id IS NOT NULL) EXECUTE FUNCTION appointments_person_stands();
CREATE TRIGGER escort_person_stands BEFORE INSERT ON appointments_escort
    FOR EACH ROW WHEN (NEW.detainee_id IS NOT NULL) EXECUTE FUNCTION appointments_person_stands();
CREATE TRIGGER complaint_person_stands BEFORE INSERT ON appointments_complaint
    FOR EACH ROW WHEN (NEW.detainee_id IS NOT NULL) EXECUTE FUNCTION appointments_person_stands();
CREATE TRIGGER obstruction_person_stands BEFORE INSERT ON appointments_obstruction
    FOR EACH ROW WHEN (NEW.detainee_id IS NOT NULL) EXECUTE FUNCTION appointments_person_stands();
