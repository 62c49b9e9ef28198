-- An agenda goes out of use only when nobody is expected in it any longer: nobody books there, so nobody could decide.
CREATE OR REPLACE FUNCTION appointments_agenda_expects() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM appointments_appointment a
        WHERE a.agenda_id = NEW.id AND a.status = 'booked' AND a.ends_at > now();
    IF FOUND THEN
        RAISE EXCEPTION 'Appointments are to come in this agenda.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agenda_expects_nobody', TABLE = 'appointments_agenda';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER agenda_expects_nobody BEFORE UPDATE OF is_active ON appointments_agenda
    FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION appointments_agenda_expects();
