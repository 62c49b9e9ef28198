-- A row that names no unit is of the only one. Where there are several, nothing is guessed: the row is refused.
CREATE OR REPLACE FUNCTION appointments_only_unit() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    SELECT min(u.id) INTO NEW.unit_id FROM appointments_careunit u
        WHERE u.establishment_id = NEW.establishment_id HAVING count(*) = 1;
    RETURN NEW;
END $$;

CREATE TRIGGER agenda_of_only_unit BEFORE INSERT ON appointments_agenda
    FOR EACH ROW WHEN (NEW.unit_id IS NULL) EXECUTE FUNCTION appointments_only_unit();
CREATE TRIGGER kind_of_only_unit BEFORE INSERT ON appointments_kind
    FOR EACH ROW WHEN (NEW.unit_id IS NULL) EXECUTE FUNCTION appointments_only_unit();
CREATE TRIGGER closure_of_only_unit BEFORE INSERT ON appointments_closure
    FOR EACH ROW WHEN (NEW.unit_id IS NULL) EXECUTE FUNCTION appointments_only_unit();
CREATE TRIGGER request_of_only_unit BEFORE INSERT ON appointments_request
    FOR EACH ROW WHEN (NEW.unit_id IS NULL) EXECUTE FUNCTION appointments_only_unit();
CREATE TRIGGER obstruction_of_only_unit BEFORE INSERT ON appointments_obstruction
    FOR EACH ROW WHEN (NEW.unit_id IS NULL) EXECUTE FUNCTION appointments_only_unit();
CREATE TRIGGER report_of_only_unit BEFORE INSERT ON appointments_obstructionreport
    FOR EACH ROW WHEN (NEW.unit_id IS NULL) EXECUTE FUNCTION appointments_only_unit();
CREATE TRIGGER complaint_of_only_unit BEFORE INSERT ON appointments_complaint
    FOR EACH ROW WHEN (NEW.unit_id IS NULL) EXECUTE FUNCTION appointments_only_unit();
CREATE TRIGGER published_of_only_unit BEFORE INSERT ON appointments_publishedfigure
    FOR EACH ROW WHEN (NEW.unit_id IS NULL) EXECUTE FUNCTION appointments_only_unit();
