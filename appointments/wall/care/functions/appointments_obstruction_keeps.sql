-- What a fact said before a change is kept, whoever changes it and however; no fact and no former state is deleted by a
-- door. The owner alone may purge, by the rule of retention.
CREATE OR REPLACE FUNCTION appointments_obstruction_keeps() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.id <> OLD.id OR NEW.establishment_id <> OLD.establishment_id OR NEW.source <> OLD.source
       OR NEW.source_key <> OLD.source_key OR NEW.recorded_at <> OLD.recorded_at
       OR NEW.recorded_by_id IS DISTINCT FROM OLD.recorded_by_id AND NEW.recorded_by_id IS NOT NULL THEN
        RAISE EXCEPTION 'Which fact it is, and who noted it when, stays as it is.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'obstruction_stays_itself', TABLE = 'appointments_obstruction';
    END IF;
    IF NEW.revision <> OLD.revision + 1 THEN
        RAISE EXCEPTION 'Each change of a fact counts one.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'obstruction_counts_changes', TABLE = 'appointments_obstruction';
    END IF;
    INSERT INTO appointments_obstructionpast (obstruction_id, revision, was, replaced_at)
        VALUES (OLD.id, OLD.revision, to_jsonb(OLD), now());
    RETURN NEW;
END $$;

CREATE TRIGGER obstruction_keeps_its_past BEFORE UPDATE ON appointments_obstruction
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*)
    EXECUTE FUNCTION appointments_obstruction_keeps();
