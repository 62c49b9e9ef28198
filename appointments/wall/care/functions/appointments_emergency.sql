-- An emergency access lasts an hour from now, whoever writes it, is a carer's with a role at that establishment today, and
-- says why in more than a word. Its second word is due at ten the next morning, in the unit's own time. Afterwards it may
-- be ended once, no later than by itself, and judged once, by a head of the unit or who was named beside the head, never by
-- who took it. Refused, it ends at once.
CREATE OR REPLACE FUNCTION appointments_emergency() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
DECLARE zone text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT e.time_zone INTO zone FROM access_establishment e WHERE e.id = NEW.establishment_id;
        IF NOT EXISTS (
            SELECT FROM access_membership m JOIN access_user u ON u.id = m.user_id
            WHERE m.user_id = NEW.user_id AND m.establishment_id = NEW.establishment_id AND m.side = 'care' AND u.is_active
                AND m.valid_from <= (now() AT TIME ZONE zone)::date
                AND (m.valid_until IS NULL OR m.valid_until >= (now() AT TIME ZONE zone)::date))
        THEN
            RAISE EXCEPTION 'Emergency access is a carer’s of this unit.'
                USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'emergency_of_a_carer';
        END IF;
        NEW.began_at := clock_timestamp();
        NEW.until := NEW.began_at + interval '1 hour';
        NEW.word_until := ((NEW.began_at AT TIME ZONE zone)::date + 1 + time '10:00') AT TIME ZONE zone;
        NEW.ended_at := NULL; NEW.word := ''; NEW.word_by_id := NULL; NEW.word_at := NULL;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.establishment_id, NEW.user_id, NEW.agenda_id, NEW.detainee_id, NEW.reason, NEW.began_at, NEW.until,
        NEW.word_until) IS DISTINCT FROM (OLD.id, OLD.establishment_id, OLD.user_id, OLD.agenda_id, OLD.detainee_id,
        OLD.reason, OLD.began_at, OLD.until, OLD.word_until)
        OR OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at
        OR OLD.word <> '' AND (NEW.word, NEW.word_by_id, NEW.word_at) IS DISTINCT FROM (OLD.word, OLD.word_by_id, OLD.word_at)
    THEN
        RAISE EXCEPTION 'An emergency access is ended once and judged once.'
            USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'emergency_stays';
    END IF;
    IF NEW.word <> OLD.word THEN
        IF NEW.word_by_id IS NULL OR NEW.word_by_id = NEW.user_id
            OR NOT access_gives_word_here(NEW.word_by_id, NEW.establishment_id)
        THEN
            RAISE EXCEPTION 'A second person judges an emergency access.'
                USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'emergency_word_of_entitled';
        END IF;
        NEW.word_at := clock_timestamp();
        IF NEW.word = 'refused' AND OLD.ended_at IS NULL THEN
            NEW.ended_at := clock_timestamp();
        END IF;
    END IF;
    IF NEW.ended_at IS DISTINCT FROM OLD.ended_at THEN
        NEW.ended_at := least(clock_timestamp(), NEW.until);
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER emergency_kept BEFORE INSERT OR UPDATE ON appointments_emergencyaccess
    FOR EACH ROW EXECUTE FUNCTION appointments_emergency();
