-- Why an escort did not take place is written down each time anew, and what was said before stays.
CREATE OR REPLACE FUNCTION appointments_escort_word_is_kept() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF current_user <> 'carehub_care' OR NEW.cancel_reason = '' THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM appointments_escortchange c WHERE c.escort_id = NEW.id AND c.revision = NEW.revision
        AND NEW.revision > OLD.revision AND c.cancel_reason = NEW.cancel_reason AND c.refusal_cause = NEW.refusal_cause;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Why this escort did not take place is not kept in its history.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'escort_word_is_kept', TABLE = 'appointments_escort';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER escort_word_is_kept AFTER UPDATE ON appointments_escort
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.cancel_reason IS DISTINCT FROM OLD.cancel_reason OR NEW.refusal_cause IS DISTINCT FROM OLD.refusal_cause)
    EXECUTE FUNCTION appointments_escort_word_is_kept();
