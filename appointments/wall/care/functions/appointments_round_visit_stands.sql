-- A visit is of somebody who was on the round that day, and of no day to come; what was said once stays as it was said.
CREATE OR REPLACE FUNCTION appointments_round_visit_stands() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM appointments_roundstay s JOIN access_establishment e ON e.id = s.establishment_id
        WHERE s.id = NEW.stay_id AND NEW.day BETWEEN s.since AND COALESCE(s.ends_on, NEW.day)
            AND NEW.day <= (now() AT TIME ZONE e.time_zone)::date;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'This person was not on the round that day.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'round_visit_on_round', TABLE = 'appointments_roundvisit';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER round_visit_on_round BEFORE INSERT ON appointments_roundvisit
    FOR EACH ROW EXECUTE FUNCTION appointments_round_visit_stands();
