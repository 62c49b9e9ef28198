-- A record is joined into one that stands by itself, into which nobody who left it behind was joined before, and with a
-- join that tells of it; it stands again only once that join was taken back.
CREATE OR REPLACE FUNCTION appointments_person_joined() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.joined_into_id = NEW.id THEN
        RAISE EXCEPTION 'Nobody is joined into themself.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'joined_into_another', TABLE = 'appointments_detainee';
    END IF;
    IF NEW.joined_into_id IS NOT NULL THEN
        PERFORM 1 FROM appointments_detainee d WHERE d.id = NEW.joined_into_id FOR SHARE;
        PERFORM 1 FROM appointments_detainee d WHERE d.id = NEW.joined_into_id
            AND (d.joined_into_id IS NOT NULL OR d.retracted_at IS NOT NULL OR d.establishment_id <> NEW.establishment_id);
        IF FOUND THEN
            RAISE EXCEPTION 'The record into which it would be joined does not stand.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'joined_into_standing', TABLE = 'appointments_detainee';
        END IF;
        PERFORM 1 FROM appointments_detainee d WHERE d.joined_into_id = NEW.id;
        IF FOUND THEN
            RAISE EXCEPTION 'Records were joined into this one.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'joined_has_none', TABLE = 'appointments_detainee';
        END IF;
    END IF;
    PERFORM 1 FROM appointments_personjoin j WHERE j.joined_id = NEW.id AND j.undone_at IS NULL
        AND j.survivor_id = coalesce(NEW.joined_into_id, j.survivor_id);
    IF FOUND <> (NEW.joined_into_id IS NOT NULL) THEN
        RAISE EXCEPTION 'A join tells what was joined.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'joined_with_record', TABLE = 'appointments_detainee';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER person_joined BEFORE INSERT OR UPDATE ON appointments_detainee
    FOR EACH ROW WHEN (NEW.joined_into_id IS NOT NULL) EXECUTE FUNCTION appointments_person_joined();
CREATE TRIGGER person_separated BEFORE UPDATE ON appointments_detainee
    FOR EACH ROW WHEN (OLD.joined_into_id IS NOT NULL AND NEW.joined_into_id IS NULL)
    EXECUTE FUNCTION appointments_person_joined();
