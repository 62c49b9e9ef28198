-- A complaint is about no fact that a report tells, is of its own establishment, keeps its number and its person, and
-- consent that was taken back does not come again: the person gives it anew, in a new complaint.
CREATE OR REPLACE FUNCTION appointments_complaint_apart() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM appointments_reportfact f WHERE f.obstruction_id = NEW.obstruction_id;
    IF FOUND THEN
        RAISE EXCEPTION 'What a report tells is no individual complaint.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'complaint_apart', TABLE = 'appointments_complaint';
    END IF;
    PERFORM 1 FROM appointments_obstruction o
        WHERE o.id = NEW.obstruction_id AND o.establishment_id <> NEW.establishment_id;
    IF FOUND THEN
        RAISE EXCEPTION 'A complaint is about a fact of its own establishment.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'complaint_of_establishment', TABLE = 'appointments_complaint';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.establishment_id, NEW.year, NEW.number, NEW.consent_on, NEW.consent_form)
           IS DISTINCT FROM
           (OLD.establishment_id, OLD.year, OLD.number, OLD.consent_on, OLD.consent_form)
           OR (NEW.detainee_id <> OLD.detainee_id
               AND NOT appointments_goes_with_join('appointments_complaint', OLD.id::text, OLD.detainee_id, NEW.detainee_id))
           OR OLD.withdrawn_on IS NOT NULL AND NEW.withdrawn_on IS DISTINCT FROM OLD.withdrawn_on THEN
            RAISE EXCEPTION 'A complaint keeps its number, its person and their consent as it was given.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'complaint_stays_itself', TABLE = 'appointments_complaint';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER complaint_stays_apart BEFORE INSERT OR UPDATE ON appointments_complaint
    FOR EACH ROW EXECUTE FUNCTION appointments_complaint_apart();
