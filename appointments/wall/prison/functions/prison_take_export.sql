-- An officer takes a list out of the screen: kept only where the unit has opened it to that account. Name and hour are the
-- database's; all of it makes the key, so that an hour's uses are one row, here and at the unit.
CREATE OR REPLACE FUNCTION prison_take_export() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT prison_may_export(NEW.by_id, NEW.establishment_id) THEN
        RAISE EXCEPTION 'Files and calendar are closed to this account.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'export_permitted', TABLE = 'prison_exportuse';
    END IF;
    NEW.username := (SELECT u.username FROM access_user u WHERE u.id = NEW.by_id);
    NEW.hour := (SELECT date_trunc('hour', clock_timestamp(), e.time_zone)
                 FROM access_establishment e WHERE e.id = NEW.establishment_id);
    NEW.id := md5(concat_ws(' ', NEW.establishment_id, NEW.by_id, NEW.taken_as, extract(epoch FROM NEW.hour)::bigint))::uuid;
    RETURN NEW;
END $$;

CREATE TRIGGER export_taken BEFORE INSERT ON prison_exportuse FOR EACH ROW EXECUTE FUNCTION prison_take_export();
