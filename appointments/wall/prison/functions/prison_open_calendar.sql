-- A calendar address is opened, renewed, or put in force again, only for an account to which the unit has opened files and calendar.
CREATE OR REPLACE FUNCTION prison_open_calendar() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT prison_may_export(NEW.user_id, NEW.establishment_id) THEN
        RAISE EXCEPTION 'Files and calendar are closed to this account.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'export_permitted', TABLE = 'access_calendaraddress';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER calendar_permitted BEFORE INSERT OR UPDATE OF revoked_at, expires_at ON access_calendaraddress
    FOR EACH ROW WHEN (NEW.revoked_at IS NULL) EXECUTE FUNCTION prison_open_calendar();
