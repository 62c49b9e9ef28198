-- What officers changed is to be carried to the unit again, whatever the login says about it. The database dates what is
-- new, and takes only so much of it in a minute: the courier brings each to the unit, and nobody there reads hundreds.
CREATE OR REPLACE FUNCTION prison_to_carry() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
DECLARE this_minute integer := 0;
BEGIN
    NEW.is_carried := false;
    IF TG_OP = 'INSERT' AND current_user = 'carehub_prison' THEN
        IF TG_TABLE_NAME = 'prison_prisonalert' THEN
            NEW.raised_at := clock_timestamp();
            SELECT count(*) INTO this_minute FROM prison_prisonalert a
                WHERE a.establishment_id = NEW.establishment_id AND a.raised_at > NEW.raised_at - interval '1 minute';
        ELSE
            NEW.frozen_at := clock_timestamp();
            SELECT count(*) INTO this_minute FROM prison_prisonfreeze f
                WHERE f.establishment_id = NEW.establishment_id AND f.frozen_at > NEW.frozen_at - interval '1 minute';
        END IF;
        IF this_minute >= 30 THEN
            RAISE EXCEPTION 'Too much was sent to the unit in one minute.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'notices_of_a_minute', TABLE = TG_TABLE_NAME;
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER freeze_to_carry BEFORE INSERT OR UPDATE OF lifted_at, lifted_by_id ON prison_prisonfreeze
    FOR EACH ROW EXECUTE FUNCTION prison_to_carry();
CREATE TRIGGER alert_to_carry BEFORE INSERT ON prison_prisonalert
    FOR EACH ROW EXECUTE FUNCTION prison_to_carry();
