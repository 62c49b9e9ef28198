-- A practitioner does kinds of their own discipline: nothing else is booked with them, and no appointment becomes another
-- kind. A move to another practitioner is a decision about one person and stays possible (docs/adr/0045, docs/adr/0047).
-- The share lock lets a booking and a change of the agenda's discipline wait for each other.
CREATE OR REPLACE FUNCTION appointments_kind_is_done() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
DECLARE
    done text;
    wanted text;
BEGIN
    SELECT discipline INTO done FROM appointments_agenda WHERE id = NEW.agenda_id FOR SHARE;
    SELECT discipline INTO wanted FROM appointments_kind WHERE id = NEW.kind_id;
    IF done <> wanted THEN
        RAISE EXCEPTION 'The practitioner does not do this kind of consultation.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'kind_is_done', TABLE = 'appointments_appointment';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER appointment_kind_is_done BEFORE INSERT ON appointments_appointment
    FOR EACH ROW EXECUTE FUNCTION appointments_kind_is_done();
CREATE TRIGGER appointment_kind_stays_done BEFORE UPDATE OF kind_id ON appointments_appointment
    FOR EACH ROW WHEN (NEW.kind_id <> OLD.kind_id) EXECUTE FUNCTION appointments_kind_is_done();
