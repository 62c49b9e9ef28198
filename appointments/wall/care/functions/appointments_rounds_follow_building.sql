-- A wing that is given another name lets its people come and go.
CREATE OR REPLACE FUNCTION appointments_rounds_follow_building() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM appointments_settle_rounds(NEW.establishment_id, NULL, NULL);
    RETURN NULL;
END $$;

CREATE TRIGGER rounds_follow_building AFTER UPDATE ON access_building
    FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION appointments_rounds_follow_building();
