-- A round that begins, changes its places or is retired. People who are moved at this moment are waited for: nobody falls
-- between the two.
CREATE OR REPLACE FUNCTION appointments_rounds_follow_kind() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    LOCK TABLE appointments_detainee IN SHARE MODE;
    PERFORM appointments_settle_rounds(NEW.establishment_id, NEW.id, NULL);
    RETURN NULL;
END $$;

CREATE TRIGGER rounds_follow_new_kind AFTER INSERT ON appointments_roundkind
    FOR EACH ROW EXECUTE FUNCTION appointments_rounds_follow_kind();
CREATE TRIGGER rounds_follow_kind AFTER UPDATE ON appointments_roundkind
    FOR EACH ROW WHEN ((OLD.places, OLD.is_active) IS DISTINCT FROM (NEW.places, NEW.is_active))
    EXECUTE FUNCTION appointments_rounds_follow_kind();
