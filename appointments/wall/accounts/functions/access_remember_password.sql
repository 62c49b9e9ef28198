-- A password's hash that an account has had does not come back, whoever writes it: nobody borrows an account and puts it
-- back as it was. Hashes are salted, so that no two honest ones are alike. What is kept is their digest.
CREATE OR REPLACE FUNCTION access_remember_password() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.password = OLD.password THEN
            RETURN NULL;
        END IF;
        INSERT INTO access_usedpassword (user_id, digest)
            VALUES (OLD.id, encode(sha256(convert_to(OLD.password, 'UTF8')), 'hex')) ON CONFLICT DO NOTHING;
    END IF;
    INSERT INTO access_usedpassword (user_id, digest)
        VALUES (NEW.id, encode(sha256(convert_to(NEW.password, 'UTF8')), 'hex')) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'A password that an account has had does not come back.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'password_is_new';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER password_remembered AFTER INSERT OR UPDATE OF password ON access_user
    FOR EACH ROW EXECUTE FUNCTION access_remember_password();
