-- Places: whoever shares time takes one of the session's, and the row lock lets bookings of one session pass one by one.
-- In a session of fixed times, sharing means overbooking. Who is seen without an appointment takes no place. The trigger's name makes it fire before the others: a lock
-- that begins weaker and is raised later would let two bookings wait for each other.
CREATE OR REPLACE FUNCTION appointments_has_place() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
DECLARE
    s record;
    taken integer;
BEGIN
    IF NEW.status IN ('cancelled', 'not_come') OR NEW.session_id IS NULL OR NEW.is_unplanned THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.session_id = NEW.session_id AND OLD.shares_time = NEW.shares_time
        AND OLD.status NOT IN ('cancelled', 'not_come') THEN
        RETURN NEW;
    END IF;
    IF NEW.shares_time THEN
        SELECT mode, capacity, overbooking INTO s FROM appointments_consultationsession
            WHERE id = NEW.session_id FOR NO KEY UPDATE;
        SELECT count(*) INTO taken FROM appointments_appointment a
            WHERE a.session_id = NEW.session_id AND a.id <> NEW.id AND a.shares_time AND NOT a.is_unplanned
              AND a.status NOT IN ('cancelled', 'not_come');
        IF taken >= coalesce(s.capacity, 0) + s.overbooking THEN
            RAISE EXCEPTION 'No place is left in the session.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'session_full', TABLE = 'appointments_appointment';
        END IF;
    ELSE
        PERFORM 1 FROM appointments_consultationsession WHERE id = NEW.session_id AND mode <> 'fixed' FOR SHARE;
        IF FOUND THEN
            RAISE EXCEPTION 'The people of this session share its time.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_shares_time', TABLE = 'appointments_appointment';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER appointment_has_place BEFORE INSERT OR UPDATE ON appointments_appointment
    FOR EACH ROW EXECUTE FUNCTION appointments_has_place();
