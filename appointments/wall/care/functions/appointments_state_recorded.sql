-- The database's clock says when officers recorded the state of a line.
CREATE OR REPLACE FUNCTION appointments_state_recorded() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF current_user = 'carehub_prison' THEN
        NEW.state_at := CASE WHEN NEW.state = 'expected' THEN NULL ELSE clock_timestamp() END;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER state_recorded BEFORE UPDATE OF state, state_at, impediment ON appointments_movement
    FOR EACH ROW EXECUTE FUNCTION appointments_state_recorded();
