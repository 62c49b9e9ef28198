-- Nothing erases an escort that did not take place: once its day is over it stays there, with its person; what was
-- cancelled stays cancelled, and is not called a mistake later, which no figure would count.
CREATE OR REPLACE FUNCTION appointments_escort_stays() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF current_user <> 'carehub_care' THEN
        RETURN NEW;
    END IF;
    IF OLD.status = 'cancelled' AND OLD.cancel_reason <> 'ERREUR'
       AND (NEW.status <> 'cancelled' OR NEW.cancel_reason = 'ERREUR') THEN
        RAISE EXCEPTION 'What was cancelled stays so, and is no mistake afterwards.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'escort_stays', TABLE = 'appointments_escort';
    END IF;
    IF (NEW.establishment_id, NEW.expected_at) IS DISTINCT FROM (OLD.establishment_id, OLD.expected_at)
       OR (NEW.detainee_id <> OLD.detainee_id
           AND NOT appointments_goes_with_join('appointments_escort', OLD.id::text, OLD.detainee_id, NEW.detainee_id)) THEN
        PERFORM 1 FROM access_establishment e WHERE e.id = OLD.establishment_id
            AND (OLD.expected_at AT TIME ZONE e.time_zone)::date < (now() AT TIME ZONE e.time_zone)::date;
        IF FOUND THEN
            RAISE EXCEPTION 'The day of this escort is over: it is not moved.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'escort_stays', TABLE = 'appointments_escort';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER escort_stays BEFORE UPDATE ON appointments_escort
    FOR EACH ROW EXECUTE FUNCTION appointments_escort_stays();
