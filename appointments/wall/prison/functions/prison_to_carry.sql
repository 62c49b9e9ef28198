-- What officers changed is to be carried to the unit again, whatever the login says about it.
CREATE OR REPLACE FUNCTION prison_to_carry() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    NEW.is_carried := false;
    RETURN NEW;
END $$;

CREATE TRIGGER freeze_to_carry BEFORE INSERT OR UPDATE OF lifted_at, lifted_by_id ON prison_prisonfreeze
    FOR EACH ROW EXECUTE FUNCTION prison_to_carry();
CREATE TRIGGER alert_to_carry BEFORE INSERT ON prison_prisonalert
    FOR EACH ROW EXECUTE FUNCTION prison_to_carry();
