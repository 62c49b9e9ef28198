-- Letters are written of an approved version, and only those are sent.
CREATE OR REPLACE FUNCTION appointments_report_approved() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM appointments_reportversion v WHERE v.id = NEW.version_id AND v.decision = 'approved';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Only an approved version becomes a letter.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'letter_of_approved_version', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER file_of_approved_version BEFORE INSERT OR UPDATE ON appointments_reportfile
    FOR EACH ROW EXECUTE FUNCTION appointments_report_approved();
CREATE TRIGGER sending_of_approved_version BEFORE INSERT OR UPDATE ON appointments_reportsending
    FOR EACH ROW EXECUTE FUNCTION appointments_report_approved();
