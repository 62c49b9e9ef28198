-- What is kept goes by the rule of retention alone: in the transaction that writes the record of the purge, and only what is
-- older than that record says. The schema's owner is held to it as well. Arguments: the kind of data, and the column that
-- says how old a row is; a row that has no such day, or is still open, is never too old.
CREATE OR REPLACE FUNCTION appointments_kept_until_purged() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
DECLARE
    it jsonb := to_jsonb(OLD);
    said text;
    place bigint;
    is_open boolean;
BEGIN
    -- A history goes with what it is the history of.
    IF TG_TABLE_NAME = 'appointments_appointmentchange' THEN
        SELECT to_jsonb(a) INTO it FROM appointments_appointment a WHERE a.id = OLD.appointment_id;
    ELSIF TG_TABLE_NAME = 'appointments_escortchange' THEN
        SELECT to_jsonb(x) INTO it FROM appointments_escort x WHERE x.id = OLD.escort_id;
    END IF;
    said := it ->> TG_ARGV[1];
    place := (it ->> 'establishment_id')::bigint;
    is_open := CASE TG_TABLE_NAME
        WHEN 'appointments_request' THEN it ->> 'status' IN ('open', 'planned')
        WHEN 'appointments_alert' THEN it ->> 'received_at' IS NULL
        WHEN 'appointments_emergencyaccess' THEN it ->> 'word' = ''
        ELSE false END;
    PERFORM 1 FROM appointments_purgerecord r JOIN access_establishment e ON e.id = r.establishment_id
        WHERE r.establishment_id = place AND r.kind = TG_ARGV[0] AND r.purged_at = now()
            AND CASE WHEN length(said) = 10 THEN said::date ELSE (said::timestamptz AT TIME ZONE e.time_zone)::date END
                < r.before;
    IF NOT FOUND OR is_open THEN
        RAISE EXCEPTION 'What is kept only grows, and goes by the rule of retention alone.'
            USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'kept_until_purged', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER kept_until_purged BEFORE DELETE ON appointments_request
    FOR EACH ROW EXECUTE FUNCTION appointments_kept_until_purged('requests', 'last_asked_on');
CREATE TRIGGER kept_until_purged BEFORE DELETE ON appointments_appointment
    FOR EACH ROW EXECUTE FUNCTION appointments_kept_until_purged('appointments', 'starts_at');
CREATE TRIGGER kept_until_purged BEFORE DELETE ON appointments_appointmentchange
    FOR EACH ROW EXECUTE FUNCTION appointments_kept_until_purged('appointments', 'starts_at');
CREATE TRIGGER kept_until_purged BEFORE DELETE ON appointments_escort
    FOR EACH ROW EXECUTE FUNCTION appointments_kept_until_purged('escorts', 'expected_at');
CREATE TRIGGER kept_until_purged BEFORE DELETE ON appointments_escortchange
    FOR EACH ROW EXECUTE FUNCTION appointments_kept_until_purged('escorts', 'expected_at');
CREATE TRIGGER kept_until_purged BEFORE DELETE ON appointments_roundvisit
    FOR EACH ROW EXECUTE FUNCTION appointments_kept_until_purged('rounds', 'day');
CREATE TRIGGER kept_until_purged BEFORE DELETE ON appointments_movementevent
    FOR EACH ROW EXECUTE FUNCTION appointments_kept_until_purged('officers', 'at');
CREATE TRIGGER kept_until_purged BEFORE DELETE ON appointments_freeze
    FOR EACH ROW EXECUTE FUNCTION appointments_kept_until_purged('officers', 'lifted_at');
CREATE TRIGGER kept_until_purged BEFORE DELETE ON appointments_alert
    FOR EACH ROW EXECUTE FUNCTION appointments_kept_until_purged('alerts', 'raised_at');
CREATE TRIGGER kept_until_purged BEFORE DELETE ON appointments_emergencyaccess
    FOR EACH ROW EXECUTE FUNCTION appointments_kept_until_purged('emergencies', 'until');
CREATE TRIGGER kept_until_purged BEFORE DELETE ON appointments_handover
    FOR EACH ROW EXECUTE FUNCTION appointments_kept_until_purged('handovers', 'made_at');
CREATE TRIGGER kept_until_purged BEFORE DELETE ON appointments_handovertaken
    FOR EACH ROW EXECUTE FUNCTION appointments_kept_until_purged('handovers', 'taken_at');
CREATE TRIGGER kept_until_purged BEFORE DELETE ON appointments_detainee
    FOR EACH ROW EXECUTE FUNCTION appointments_kept_until_purged('people', 'released_on');
CREATE TRIGGER kept_until_purged BEFORE DELETE ON appointments_registryimport
    FOR EACH ROW EXECUTE FUNCTION appointments_kept_until_purged('lists', 'applied_at');
