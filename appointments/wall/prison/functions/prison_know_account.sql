-- A permission is for an account that has a role at the establishment when the courier writes it: whoever is given that name
-- later gets nothing by it.
CREATE OR REPLACE FUNCTION prison_know_account() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE today date;
BEGIN
    SELECT (clock_timestamp() AT TIME ZONE e.time_zone)::date INTO today
        FROM access_establishment e WHERE e.id = NEW.establishment_id;
    NEW.is_known := EXISTS (
        SELECT FROM access_user u JOIN access_membership m ON m.user_id = u.id
        WHERE lower(u.username) = lower(NEW.username) AND u.is_active AND m.establishment_id = NEW.establishment_id
          AND (m.valid_until IS NULL OR m.valid_until >= today));
    RETURN NEW;
END $$;

CREATE TRIGGER permission_of_an_account BEFORE INSERT OR UPDATE ON prison_exportpermission
    FOR EACH ROW EXECUTE FUNCTION prison_know_account();
