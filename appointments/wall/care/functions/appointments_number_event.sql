-- What officers recorded is numbered one after the other in an establishment, so that a larger number is never seen
-- before a smaller one (a screen that knows the largest number knows that nothing is missing), and dated by the
-- database. Whose turn it is holds a row that no login reaches.
CREATE OR REPLACE FUNCTION appointments_number_event() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    LOOP
        PERFORM FROM appointments_eventturn t WHERE t.establishment_id = NEW.establishment_id FOR UPDATE;
        EXIT WHEN FOUND;
        INSERT INTO appointments_eventturn (establishment_id) VALUES (NEW.establishment_id) ON CONFLICT DO NOTHING;
    END LOOP;
    NEW.id := nextval(pg_get_serial_sequence('public.appointments_movementevent', 'id'));
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;

CREATE TRIGGER event_numbered BEFORE INSERT ON appointments_movementevent
    FOR EACH ROW EXECUTE FUNCTION appointments_number_event();
