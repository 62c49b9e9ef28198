-- Care's database tells the courier that lists may have changed; it then looks for itself. What officers recorded, which
-- the courier writes, is no such change.
CREATE OR REPLACE FUNCTION appointments_tell_courier() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_notify('carehub_movement', '');
    RETURN NULL;
END $$;

CREATE TRIGGER movement_tells_courier AFTER INSERT OR DELETE OR UPDATE OF building_id, cell, last_name, first_name,
    visible_from, is_added, withdrawn_from, restored_from ON appointments_movement
    FOR EACH STATEMENT EXECUTE FUNCTION appointments_tell_courier();
CREATE TRIGGER publication_tells_courier AFTER INSERT OR UPDATE OR DELETE ON appointments_publicationtime
    FOR EACH STATEMENT EXECUTE FUNCTION appointments_tell_courier();
CREATE TRIGGER unplanned_tells_courier AFTER INSERT ON appointments_unplannedpublication
    FOR EACH STATEMENT EXECUTE FUNCTION appointments_tell_courier();
CREATE TRIGGER received_alert_tells_courier AFTER UPDATE OF received_at ON appointments_alert
    FOR EACH STATEMENT EXECUTE FUNCTION appointments_tell_courier();
CREATE TRIGGER export_tells_courier AFTER INSERT OR UPDATE OF withdrawn_at ON appointments_exportpermission
    FOR EACH STATEMENT EXECUTE FUNCTION appointments_tell_courier();
CREATE TRIGGER establishment_tells_courier AFTER INSERT OR UPDATE ON access_establishment
    FOR EACH STATEMENT EXECUTE FUNCTION appointments_tell_courier();
CREATE TRIGGER building_tells_courier AFTER INSERT OR UPDATE ON access_building
    FOR EACH STATEMENT EXECUTE FUNCTION appointments_tell_courier();
