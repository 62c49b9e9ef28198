-- What officers recorded is numbered under one lock an establishment, so that a larger number is never seen before a
-- smaller one (a screen that knows the largest number knows that nothing is missing), and dated by the database.
CREATE OR REPLACE FUNCTION appointments_number_event() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('movement events'), NEW.establishment_id::int);
    NEW.id := nextval(pg_get_serial_sequence('public.appointments_movementevent', 'id'));
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;

CREATE TRIGGER event_numbered BEFORE INSERT ON appointments_movementevent
    FOR EACH ROW EXECUTE FUNCTION appointments_number_event();
