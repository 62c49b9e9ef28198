-- Places, the other way: a session keeps its mode while people are booked, and a place for each who shares its time.
CREATE OR REPLACE FUNCTION appointments_session_keeps_places() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.mode <> OLD.mode THEN
        PERFORM 1 FROM appointments_appointment a
            WHERE a.session_id = NEW.id AND a.status NOT IN ('cancelled', 'not_come');
        IF FOUND THEN
            RAISE EXCEPTION 'The session still holds appointments of its present mode.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'session_keeps_mode', TABLE = 'appointments_consultationsession';
        END IF;
    END IF;
    IF (SELECT count(*) FROM appointments_appointment a
        WHERE a.session_id = NEW.id AND a.shares_time AND NOT a.is_unplanned AND a.status NOT IN ('cancelled', 'not_come'))
       > coalesce(NEW.capacity, 0) + NEW.overbooking THEN
        RAISE EXCEPTION 'More people are booked than the session would have places.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'session_keeps_places', TABLE = 'appointments_consultationsession';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER session_keeps_places BEFORE UPDATE OF mode, capacity, overbooking ON appointments_consultationsession
    FOR EACH ROW EXECUTE FUNCTION appointments_session_keeps_places();
