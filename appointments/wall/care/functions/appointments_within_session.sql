-- Opening hours: an appointment that holds time stands inside its session. Who is seen without an appointment may come
-- while the agenda is not open: then there is no session.
-- The share lock makes "book" and "shorten the session" wait for each other.
CREATE OR REPLACE FUNCTION appointments_within_session() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.status IN ('booked', 'arrived', 'in_consultation', 'seen') AND NOT (NEW.is_unplanned AND NEW.session_id IS NULL) THEN
        PERFORM 1 FROM appointments_consultationsession s
            WHERE s.id = NEW.session_id AND s.agenda_id = NEW.agenda_id AND s.starts_at <= NEW.starts_at AND s.ends_at >= NEW.ends_at
            FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'The appointment is outside the opening hours of its session.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_within_session', TABLE = 'appointments_appointment';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER appointment_within_session BEFORE INSERT OR UPDATE ON appointments_appointment
    FOR EACH ROW EXECUTE FUNCTION appointments_within_session();
