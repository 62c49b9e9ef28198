-- A version is frozen when it is handed in; it is decided about once, by somebody else than whoever wrote the report or
-- handed it in. The letter about one urgent fact, which shows no figures, may go out at once: it is its author's alone.
CREATE OR REPLACE FUNCTION appointments_report_version() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
DECLARE
    written record;
BEGIN
    SELECT r.kind, r.author_id INTO written FROM appointments_obstructionreport r WHERE r.id = NEW.report_id;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.decision <> '' THEN
            RAISE EXCEPTION 'What was decided about a version stands, and what it says too.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'version_stands', TABLE = 'appointments_reportversion';
        END IF;
        IF (NEW.report_id, NEW.version, NEW.content, NEW.submitted_by_id, NEW.submitted_by_name, NEW.submitted_at)
           IS DISTINCT FROM
           (OLD.report_id, OLD.version, OLD.content, OLD.submitted_by_id, OLD.submitted_by_name, OLD.submitted_at) THEN
            RAISE EXCEPTION 'A version says what it said when it was handed in.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'version_is_frozen', TABLE = 'appointments_reportversion';
        END IF;
    END IF;
    IF NEW.decision = 'approved' AND written.kind <> 'urgent'
       AND (NEW.decided_by_id IS NULL OR NEW.decided_by_id = NEW.submitted_by_id
            OR NEW.decided_by_id = written.author_id) THEN
        RAISE EXCEPTION 'The second reader is another person than the author.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'second_reader_is_another', TABLE = 'appointments_reportversion';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER version_is_read_by_another BEFORE INSERT OR UPDATE ON appointments_reportversion
    FOR EACH ROW EXECUTE FUNCTION appointments_report_version();
