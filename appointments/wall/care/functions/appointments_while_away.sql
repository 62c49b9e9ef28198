-- Nobody is booked or moved into an absence or a closure. Those who stand in it already, because care chose to keep
-- them, may still be recorded, cancelled, or moved out; and what was moved or cancelled there goes back within the day, where
-- it waits for a decision again. A closed unit sees whoever comes to it all the same.
CREATE OR REPLACE FUNCTION appointments_while_away() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.status IN ('cancelled', 'not_come') THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status <> 'cancelled' AND OLD.agenda_id = NEW.agenda_id
        AND OLD.starts_at = NEW.starts_at AND OLD.ends_at = NEW.ends_at THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM appointments_absence b
        WHERE b.agenda_id = NEW.agenda_id AND tstzrange(b.starts_at, b.ends_at) && tstzrange(NEW.starts_at, NEW.ends_at);
    IF FOUND AND NOT (TG_OP = 'UPDATE' AND EXISTS (
        SELECT FROM appointments_appointmentchange h
        WHERE h.appointment_id = NEW.id AND h.what IN ('moved', 'cancelled') AND h.at > now() - interval '1 day'
          AND coalesce((h.before ->> 'agenda_id')::bigint, OLD.agenda_id) = NEW.agenda_id
          AND coalesce((h.before ->> 'starts_at')::timestamptz, OLD.starts_at) = NEW.starts_at)) THEN
        RAISE EXCEPTION 'The practitioner is away at that time.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_while_away', TABLE = 'appointments_appointment';
    END IF;
    IF NEW.is_unplanned THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM appointments_closure c
        WHERE c.unit_id = (SELECT a.unit_id FROM appointments_agenda a WHERE a.id = NEW.agenda_id)
          AND tstzrange(c.starts_at, c.ends_at) && tstzrange(NEW.starts_at, NEW.ends_at);
    IF FOUND THEN
        RAISE EXCEPTION 'The unit is closed at that time.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_while_closed', TABLE = 'appointments_appointment';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER appointment_while_away BEFORE INSERT OR UPDATE ON appointments_appointment
    FOR EACH ROW EXECUTE FUNCTION appointments_while_away();
