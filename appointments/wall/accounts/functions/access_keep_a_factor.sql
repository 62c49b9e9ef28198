-- Nobody who has enrolled is left with a password alone; the administrator's reset clears second_factor_since first.
CREATE OR REPLACE FUNCTION access_keep_a_factor() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.confirmed AND NEW.user_id = OLD.user_id THEN
        RETURN NULL;
    END IF;
    -- One at a time: of two factors removed in the same instant, the second remover sees that the first is gone.
    PERFORM FROM access_user u WHERE u.id = OLD.user_id FOR UPDATE;
    IF EXISTS (SELECT FROM access_user u WHERE u.id = OLD.user_id AND u.second_factor_since IS NOT NULL)
        AND NOT EXISTS (SELECT FROM otp_totp_totpdevice d WHERE d.user_id = OLD.user_id AND d.confirmed)
        AND NOT EXISTS (SELECT FROM otp_hotp_hotpdevice d WHERE d.user_id = OLD.user_id AND d.confirmed)
        AND NOT EXISTS (SELECT FROM django_otp_webauthn_webauthncredential d WHERE d.user_id = OLD.user_id AND d.confirmed)
    THEN
        RAISE EXCEPTION 'The last second factor of an account stays.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'account_keeps_a_factor';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER totp_not_the_last AFTER DELETE OR UPDATE OF confirmed, user_id ON otp_totp_totpdevice
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION access_keep_a_factor();
CREATE CONSTRAINT TRIGGER hotp_not_the_last AFTER DELETE OR UPDATE OF confirmed, user_id ON otp_hotp_hotpdevice
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION access_keep_a_factor();
CREATE CONSTRAINT TRIGGER key_not_the_last AFTER DELETE OR UPDATE OF confirmed, user_id ON django_otp_webauthn_webauthncredential
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION access_keep_a_factor();
