-- What belongs to one person passes to no other, but by a join of the two records that tells of it.
CREATE OR REPLACE FUNCTION appointments_stays_with_person() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF current_user = 'carehub_care' AND NOT appointments_goes_with_join(TG_TABLE_NAME, OLD.id::text, OLD.detainee_id, NEW.detainee_id)
    THEN
        RAISE EXCEPTION 'What belongs to one person passes to no other.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'stays_with_person', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER appointment_stays_with_person BEFORE UPDATE ON appointments_appointment
    FOR EACH ROW WHEN (OLD.detainee_id IS DISTINCT FROM NEW.detainee_id) EXECUTE FUNCTION appointments_stays_with_person();
CREATE TRIGGER series_stays_with_person BEFORE UPDATE ON appointments_series
    FOR EACH ROW WHEN (OLD.detainee_id IS DISTINCT FROM NEW.detainee_id) EXECUTE FUNCTION appointments_stays_with_person();
CREATE TRIGGER request_stays_with_person BEFORE UPDATE ON appointments_request
    FOR EACH ROW WHEN (OLD.detainee_id IS DISTINCT FROM NEW.detainee_id) EXECUTE FUNCTION appointments_stays_with_person();
CREATE TRIGGER question_stays_with_person BEFORE UPDATE ON appointments_question
    FOR EACH ROW WHEN (OLD.detainee_id IS DISTINCT FROM NEW.detainee_id) EXECUTE FUNCTION appointments_stays_with_person();
CREATE TRIGGER escort_stays_with_person BEFORE UPDATE ON appointments_escort
    FOR EACH ROW WHEN (OLD.detainee_id IS DISTINCT FROM NEW.detainee_id) EXECUTE FUNCTION appointments_stays_with_person();
CREATE TRIGGER complaint_stays_with_person BEFORE UPDATE ON appointments_complaint
    FOR EACH ROW WHEN (OLD.detainee_id IS DISTINCT FROM NEW.detainee_id) EXECUTE FUNCTION appointments_stays_with_person();
CREATE TRIGGER round_stay_stays_with_person BEFORE UPDATE ON appointments_roundstay
    FOR EACH ROW WHEN (OLD.detainee_id IS DISTINCT FROM NEW.detainee_id) EXECUTE FUNCTION appointments_stays_with_person();
