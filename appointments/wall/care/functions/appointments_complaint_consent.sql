-- No letter about a person is written or sent without their consent. A letter that went out stays as it was; one that did
-- not goes with the consent.
CREATE OR REPLACE FUNCTION appointments_complaint_consent() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF current_user = 'carehub_care' AND OLD.sent_on IS NOT NULL THEN
            RAISE EXCEPTION 'A letter that was sent stays on record.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'sent_letter_stays', TABLE = 'appointments_complaintletter';
        END IF;
        RETURN OLD;
    END IF;
    IF TG_OP = 'INSERT' OR NEW.sent_on IS DISTINCT FROM OLD.sent_on THEN
        PERFORM 1 FROM appointments_complaint c WHERE c.id = NEW.complaint_id AND c.withdrawn_on IS NULL FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'Without the person''s consent there is no letter.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'letter_needs_consent', TABLE = 'appointments_complaintletter';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER letter_needs_consent BEFORE INSERT OR UPDATE OR DELETE ON appointments_complaintletter
    FOR EACH ROW EXECUTE FUNCTION appointments_complaint_consent();
