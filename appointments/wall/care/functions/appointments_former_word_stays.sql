-- No outcome and no time of an appointment changes without a line of the history that keeps what stood there before.
-- Checked when the transaction ends: the line is written after the row.
CREATE OR REPLACE FUNCTION appointments_former_word_stays() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF current_user <> 'carehub_care' THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM appointments_appointmentchange c
        WHERE c.appointment_id = NEW.id AND c.revision = NEW.revision AND NEW.revision > OLD.revision
          AND (NEW.status = OLD.status OR c.before ->> 'status' = OLD.status)
          AND (NEW.cancel_reason = OLD.cancel_reason OR c.before ->> 'cancel_reason' = OLD.cancel_reason)
          AND (NEW.not_come_declared = OLD.not_come_declared OR c.before ->> 'not_come_declared' = OLD.not_come_declared)
          AND (NEW.not_come_reason = OLD.not_come_reason OR c.before ->> 'not_come_reason' = OLD.not_come_reason)
          AND (NEW.refusal_cause = OLD.refusal_cause OR c.before ->> 'refusal_cause' = OLD.refusal_cause)
          AND (NEW.starts_at = OLD.starts_at OR (c.before ->> 'starts_at')::timestamptz = OLD.starts_at);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'What stood there before is not kept in the history.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'former_word_stays', TABLE = 'appointments_appointment';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER appointment_former_word_stays AFTER UPDATE ON appointments_appointment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.status IS DISTINCT FROM OLD.status OR NEW.cancel_reason IS DISTINCT FROM OLD.cancel_reason
        OR NEW.not_come_declared IS DISTINCT FROM OLD.not_come_declared
        OR NEW.not_come_reason IS DISTINCT FROM OLD.not_come_reason
        OR NEW.refusal_cause IS DISTINCT FROM OLD.refusal_cause OR NEW.starts_at IS DISTINCT FROM OLD.starts_at)
    EXECUTE FUNCTION appointments_former_word_stays();
