-- The facts of a report: of its own establishment, changed as long as it is a draft, and none that somebody's individual
-- complaint is about. The owner alone may purge.
CREATE OR REPLACE FUNCTION appointments_report_fact() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
DECLARE
    told record := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
BEGIN
    PERFORM 1 FROM appointments_obstructionreport r WHERE r.id = told.report_id AND r.status = 'draft';
    IF NOT FOUND AND (TG_OP <> 'DELETE' OR current_user = 'carehub_care') THEN
        RAISE EXCEPTION 'Only a draft is changed.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'fact_of_a_draft', TABLE = 'appointments_reportfact';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    PERFORM 1 FROM appointments_obstructionreport r JOIN appointments_obstruction o
        ON o.id = NEW.obstruction_id AND o.establishment_id = r.establishment_id WHERE r.id = NEW.report_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'A report tells of its own establishment.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'fact_of_establishment', TABLE = 'appointments_reportfact';
    END IF;
    PERFORM 1 FROM appointments_complaint c WHERE c.obstruction_id = NEW.obstruction_id;
    IF FOUND THEN
        RAISE EXCEPTION 'What an individual complaint is about is told in no report.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'complaint_apart', TABLE = 'appointments_reportfact';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER fact_of_draft BEFORE INSERT OR UPDATE OR DELETE ON appointments_reportfact
    FOR EACH ROW EXECUTE FUNCTION appointments_report_fact();
