-- D.215-7: nothing that a floor reads may tell the date of an escort. A line may come into being on the day itself only,
-- by the establishment's clocks.
CREATE OR REPLACE FUNCTION appointments_escort_on_the_day() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.movement_id IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.movement_id IS DISTINCT FROM NEW.movement_id) THEN
        PERFORM 1 FROM access_establishment e WHERE e.id = NEW.establishment_id
            AND (NEW.expected_at AT TIME ZONE e.time_zone)::date = (now() AT TIME ZONE e.time_zone)::date;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'A departure is announced on its own day only.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'escort_on_the_day', TABLE = 'appointments_escort';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER escort_on_the_day BEFORE INSERT OR UPDATE ON appointments_escort
    FOR EACH ROW EXECUTE FUNCTION appointments_escort_on_the_day();
