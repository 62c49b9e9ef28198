-- Opening hours, the other way: a session keeps the appointments that hold time in it.
CREATE OR REPLACE FUNCTION appointments_session_keeps() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM appointments_appointment a
        WHERE a.session_id = NEW.id AND a.status IN ('booked', 'arrived', 'in_consultation', 'seen')
          AND (a.agenda_id <> NEW.agenda_id OR a.starts_at < NEW.starts_at OR a.ends_at > NEW.ends_at);
    IF FOUND THEN
        RAISE EXCEPTION 'The session still holds appointments outside its new hours.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'session_keeps_appointments', TABLE = 'appointments_consultationsession';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER session_keeps_appointments BEFORE UPDATE ON appointments_consultationsession
    FOR EACH ROW EXECUTE FUNCTION appointments_session_keeps();
