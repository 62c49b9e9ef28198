-- A line that care withdraws and writes again comes back as officers left it, so that the change of mind does not show.
CREATE OR REPLACE FUNCTION appointments_state_comes_back() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
DECLARE last record;
BEGIN
    IF NEW.state = 'expected' THEN
        SELECT v.state, v.impediment, v.at INTO last FROM appointments_movementevent v
            WHERE v.establishment_id = NEW.establishment_id AND v.register_number = NEW.register_number
              AND v.expected_at = NEW.expected_at ORDER BY v.id DESC LIMIT 1;
        IF FOUND AND last.state <> 'expected' THEN
            NEW.state := last.state; NEW.impediment := last.impediment; NEW.state_at := last.at;
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER state_comes_back BEFORE INSERT ON appointments_movement
    FOR EACH ROW EXECUTE FUNCTION appointments_state_comes_back();
