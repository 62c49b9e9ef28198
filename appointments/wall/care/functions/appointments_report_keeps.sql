-- What a report says is changed as long as it is a draft, and its number and author never.
CREATE OR REPLACE FUNCTION appointments_report_keeps() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF (NEW.establishment_id, NEW.kind, NEW.year, NEW.number, NEW.begun_at, NEW.author_name)
       IS DISTINCT FROM (OLD.establishment_id, OLD.kind, OLD.year, OLD.number, OLD.begun_at, OLD.author_name)
       OR NEW.author_id IS DISTINCT FROM OLD.author_id AND NEW.author_id IS NOT NULL THEN
        RAISE EXCEPTION 'A report keeps its number and its author.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'report_stays_itself', TABLE = 'appointments_obstructionreport';
    END IF;
    IF OLD.status <> 'draft'
       AND (NEW.first_day, NEW.last_day, NEW.tables, NEW.hidden, NEW.steps_taken, NEW.demand, NEW.addressees)
       IS DISTINCT FROM (OLD.first_day, OLD.last_day, OLD.tables, OLD.hidden, OLD.steps_taken, OLD.demand, OLD.addressees) THEN
        RAISE EXCEPTION 'Only a draft is changed.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'report_changed_as_draft', TABLE = 'appointments_obstructionreport';
    END IF;
    IF NEW.status = 'draft' AND OLD.status NOT IN ('draft', 'reading')
       OR OLD.status = 'dropped' AND NEW.status <> 'dropped' THEN
        RAISE EXCEPTION 'What was approved or dropped is no draft again.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'report_goes_forward', TABLE = 'appointments_obstructionreport';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER report_keeps BEFORE UPDATE ON appointments_obstructionreport
    FOR EACH ROW EXECUTE FUNCTION appointments_report_keeps();
