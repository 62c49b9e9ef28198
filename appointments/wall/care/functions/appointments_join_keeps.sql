-- A join says by the database's clock when it was made and taken back, what it moved is not rewritten, and it is taken
-- back once.
CREATE OR REPLACE FUNCTION appointments_join_keeps() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.joined_at := now();
        NEW.undone_at := NULL;
        RETURN NEW;
    END IF;
    IF OLD.undone_at IS NOT NULL
       OR (NEW.establishment_id, NEW.joined_id, NEW.survivor_id, NEW.evidence, NEW.moved, NEW.before, NEW.joined_at, NEW.by_name)
       IS DISTINCT FROM
       (OLD.establishment_id, OLD.joined_id, OLD.survivor_id, OLD.evidence, OLD.moved, OLD.before, OLD.joined_at, OLD.by_name) THEN
        RAISE EXCEPTION 'A join stays as it was made, and is taken back once.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'join_stays_itself', TABLE = 'appointments_personjoin';
    END IF;
    IF NEW.undone_at IS NOT NULL THEN
        NEW.undone_at := now();
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER join_stays_itself BEFORE INSERT OR UPDATE ON appointments_personjoin
    FOR EACH ROW EXECUTE FUNCTION appointments_join_keeps();
