-- When a file was sealed, taken over, or a key entered, is the database's to say.
CREATE OR REPLACE FUNCTION appointments_handover_dated() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    CASE TG_TABLE_NAME
        WHEN 'appointments_handover' THEN NEW.made_at := now();
        WHEN 'appointments_handovertaken' THEN NEW.taken_at := now();
        ELSE NEW.verified_at := now();
    END CASE;
    RETURN NEW;
END $$;

CREATE TRIGGER handover_dated BEFORE INSERT ON appointments_handover
    FOR EACH ROW WHEN (current_user = 'carehub_care') EXECUTE FUNCTION appointments_handover_dated();
CREATE TRIGGER taken_over_dated BEFORE INSERT ON appointments_handovertaken
    FOR EACH ROW WHEN (current_user = 'carehub_care') EXECUTE FUNCTION appointments_handover_dated();
CREATE TRIGGER partner_dated BEFORE INSERT ON appointments_partnerunit
    FOR EACH ROW WHEN (current_user = 'carehub_care') EXECUTE FUNCTION appointments_handover_dated();
