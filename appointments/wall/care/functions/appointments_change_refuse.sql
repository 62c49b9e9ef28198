-- The histories of appointments and of escorts only grow; old ones go with what they are of (kept_until_purged).
CREATE OR REPLACE FUNCTION appointments_change_refuse() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'The history of appointments only grows: % is refused.', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER change_append_only BEFORE UPDATE ON appointments_appointmentchange
    FOR EACH ROW EXECUTE FUNCTION appointments_change_refuse();
CREATE TRIGGER escort_change_append_only BEFORE UPDATE ON appointments_escortchange
    FOR EACH ROW EXECUTE FUNCTION appointments_change_refuse();
