-- Whoever has left is expected to leave no more: the day on which the list expected it goes, whoever says that they left.
CREATE OR REPLACE FUNCTION appointments_left_leaves_no_more() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    NEW.leaves_on := NULL;
    RETURN NEW;
END $$;

CREATE TRIGGER left_leaves_no_more BEFORE INSERT OR UPDATE ON appointments_detainee
    FOR EACH ROW WHEN (NEW.released_on IS NOT NULL AND NEW.leaves_on IS NOT NULL)
    EXECUTE FUNCTION appointments_left_leaves_no_more();
