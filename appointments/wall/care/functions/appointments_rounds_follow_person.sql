-- Whoever comes, moves or leaves comes onto their rounds and leaves them in the same transaction.
CREATE OR REPLACE FUNCTION appointments_rounds_follow_person() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM appointments_settle_rounds(NEW.establishment_id, NULL, NEW.id);
    RETURN NULL;
END $$;

CREATE TRIGGER rounds_follow_arrival AFTER INSERT ON appointments_detainee
    FOR EACH ROW EXECUTE FUNCTION appointments_rounds_follow_person();
CREATE TRIGGER rounds_follow_person AFTER UPDATE ON appointments_detainee
    FOR EACH ROW WHEN ((OLD.building_id, OLD.cell, OLD.released_on) IS DISTINCT FROM (NEW.building_id, NEW.cell, NEW.released_on))
    EXECUTE FUNCTION appointments_rounds_follow_person();
