-- An appointment keeps from which building the person was called, when its movement is purged or called from elsewhere.
CREATE OR REPLACE FUNCTION appointments_keeps_building() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    NEW.called_from_id := COALESCE(
        (SELECT m.building_id FROM appointments_movement m WHERE m.id = OLD.movement_id), NEW.called_from_id);
    RETURN NEW;
END $$;

CREATE TRIGGER appointment_keeps_building BEFORE UPDATE ON appointments_appointment
    FOR EACH ROW WHEN (OLD.movement_id IS NOT NULL AND NEW.movement_id IS NULL)
    EXECUTE FUNCTION appointments_keeps_building();
