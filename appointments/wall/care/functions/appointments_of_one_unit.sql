-- An appointment is of one unit, agenda and kind alike; a request rests on appointments of the unit that it is addressed
-- to, and of no other. Agendas and kinds stay in their unit: what was true when a row was written stays true.
CREATE OR REPLACE FUNCTION appointments_of_one_unit() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
DECLARE is_mixed boolean;
BEGIN
    IF TG_TABLE_NAME = 'appointments_appointment' THEN
        SELECT a.unit_id <> k.unit_id OR TG_OP = 'UPDATE' AND EXISTS (SELECT FROM appointments_request r
                WHERE r.unit_id <> a.unit_id AND NEW.id IN (r.appointment_id, r.returned_from_id)) INTO is_mixed
            FROM appointments_agenda a, appointments_kind k WHERE a.id = NEW.agenda_id AND k.id = NEW.kind_id;
    ELSE
        SELECT bool_or(a.unit_id <> NEW.unit_id) INTO is_mixed FROM appointments_appointment p
            JOIN appointments_agenda a ON a.id = p.agenda_id WHERE p.id IN (NEW.appointment_id, NEW.returned_from_id);
    END IF;
    IF is_mixed THEN
        RAISE EXCEPTION 'This is of two units.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'of_one_unit', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER appointment_of_one_unit AFTER INSERT ON appointments_appointment
    FOR EACH ROW EXECUTE FUNCTION appointments_of_one_unit();
CREATE TRIGGER appointment_keeps_one_unit AFTER UPDATE ON appointments_appointment
    FOR EACH ROW WHEN ((OLD.agenda_id, OLD.kind_id) IS DISTINCT FROM (NEW.agenda_id, NEW.kind_id))
    EXECUTE FUNCTION appointments_of_one_unit();
CREATE TRIGGER request_of_one_unit AFTER INSERT ON appointments_request
    FOR EACH ROW WHEN (coalesce(NEW.appointment_id, NEW.returned_from_id) IS NOT NULL)
    EXECUTE FUNCTION appointments_of_one_unit();
CREATE TRIGGER request_keeps_one_unit AFTER UPDATE ON appointments_request
    FOR EACH ROW WHEN ((OLD.unit_id, OLD.appointment_id, OLD.returned_from_id)
        IS DISTINCT FROM (NEW.unit_id, NEW.appointment_id, NEW.returned_from_id))
    EXECUTE FUNCTION appointments_of_one_unit();
