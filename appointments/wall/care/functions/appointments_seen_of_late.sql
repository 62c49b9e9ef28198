-- Who was seen without an appointment is entered within a week of it: after that a day's figures are what they are.
-- By the hour here, by the establishment's days in booking, which is a little stricter.
-- That nobody is seen in times to come, appointment_has_movement says.
CREATE OR REPLACE FUNCTION appointments_seen_of_late() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF current_user = 'carehub_care' AND NEW.is_unplanned AND NEW.starts_at < now() - interval '9 days' THEN
        RAISE EXCEPTION 'Whoever was seen without an appointment is entered within a week.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'seen_of_late', TABLE = 'appointments_appointment';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER appointment_seen_of_late BEFORE INSERT ON appointments_appointment
    FOR EACH ROW EXECUTE FUNCTION appointments_seen_of_late();
