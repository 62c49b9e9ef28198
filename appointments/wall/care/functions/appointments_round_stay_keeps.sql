-- Whose time on which round it is, and how it began, stays; only its end is settled.
CREATE OR REPLACE FUNCTION appointments_round_stay_keeps() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.establishment_id, NEW.kind_id, NEW.place, NEW.since, NEW.added_at)
        IS DISTINCT FROM (OLD.id, OLD.establishment_id, OLD.kind_id, OLD.place, OLD.since, OLD.added_at)
        OR NEW.added_by_id IS DISTINCT FROM OLD.added_by_id
        OR EXISTS (SELECT FROM appointments_roundvisit v WHERE v.stay_id = NEW.id AND v.day > NEW.ends_on) THEN
        RAISE EXCEPTION 'Whose time on a round it is, and how it began, stays as it is.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'round_stay_keeps', TABLE = 'appointments_roundstay';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER round_stay_keeps BEFORE UPDATE ON appointments_roundstay
    FOR EACH ROW EXECUTE FUNCTION appointments_round_stay_keeps();
