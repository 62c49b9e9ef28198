-- With each establishment come the rows by whose locks its bookings, planning and imports take turns.
CREATE OR REPLACE FUNCTION appointments_rows_to_hold() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO appointments_hold (establishment_id, subject)
    VALUES (NEW.id, 'arrival_times'), (NEW.id, 'registry');
    RETURN NULL;
END $$;

CREATE TRIGGER rows_to_hold AFTER INSERT ON access_establishment
    FOR EACH ROW EXECUTE FUNCTION appointments_rows_to_hold();
