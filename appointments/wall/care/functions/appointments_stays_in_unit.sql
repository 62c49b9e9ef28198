-- An agenda, a kind and a report stay in their unit, with all that hangs on them; an establishment's units stay its own.
CREATE OR REPLACE FUNCTION appointments_stays_in_unit() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'What is of one unit passes to no other.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'stays_in_unit', TABLE = TG_TABLE_NAME;
END $$;

CREATE TRIGGER agenda_stays_in_unit BEFORE UPDATE ON appointments_agenda
    FOR EACH ROW WHEN (OLD.unit_id IS DISTINCT FROM NEW.unit_id) EXECUTE FUNCTION appointments_stays_in_unit();
CREATE TRIGGER kind_stays_in_unit BEFORE UPDATE ON appointments_kind
    FOR EACH ROW WHEN (OLD.unit_id IS DISTINCT FROM NEW.unit_id) EXECUTE FUNCTION appointments_stays_in_unit();
CREATE TRIGGER report_stays_in_unit BEFORE UPDATE ON appointments_obstructionreport
    FOR EACH ROW WHEN (OLD.unit_id IS DISTINCT FROM NEW.unit_id) EXECUTE FUNCTION appointments_stays_in_unit();
CREATE TRIGGER unit_stays_in_establishment BEFORE UPDATE ON appointments_careunit
    FOR EACH ROW WHEN (OLD.establishment_id IS DISTINCT FROM NEW.establishment_id)
    EXECUTE FUNCTION appointments_stays_in_unit();
