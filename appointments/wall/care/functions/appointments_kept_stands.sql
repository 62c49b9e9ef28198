-- Somebody's word that an appointment stays is about one that is booked, as it stands, and about what it says it is in
-- spite of: nothing takes an appointment off the list of those that want a decision before there is anything to decide.
CREATE OR REPLACE FUNCTION appointments_kept_stands() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM appointments_appointment a
        WHERE a.id = NEW.appointment_id AND a.establishment_id = NEW.establishment_id AND a.status = 'booked'
          AND a.agenda_id = NEW.agenda_id AND a.starts_at = NEW.starts_at
          AND (EXISTS (SELECT FROM appointments_absence b
                       WHERE b.id = NEW.absence_id AND b.agenda_id = a.agenda_id
                         AND b.starts_at < a.ends_at AND b.ends_at > a.starts_at)
               OR EXISTS (SELECT FROM appointments_agenda g WHERE g.id = a.agenda_id AND g.owner_id = NEW.owner_id));
    IF NOT FOUND THEN
        RAISE EXCEPTION 'This appointment does not stand there, or not for this cause.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'kept_as_it_stands', TABLE = 'appointments_keptappointment';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER kept_as_it_stands BEFORE INSERT OR UPDATE ON appointments_keptappointment
    FOR EACH ROW EXECUTE FUNCTION appointments_kept_stands();
