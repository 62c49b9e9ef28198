-- The record of a purge is dated by the database, counts up, and stays. It reaches no nearer to today than the unit's own
-- period, nor than six months, whoever writes it.
CREATE OR REPLACE FUNCTION appointments_purge_recorded() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'The record of a purge stays.'
            USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'purge_record_stays', TABLE = 'appointments_purgerecord';
    END IF;
    IF TG_OP = 'UPDATE' AND ((NEW.establishment_id, NEW.kind, NEW.day, NEW.before)
            IS DISTINCT FROM (OLD.establishment_id, OLD.kind, OLD.day, OLD.before) OR NEW.forgotten < OLD.forgotten) THEN
        RAISE EXCEPTION 'The record of a purge counts up, and changes in nothing else.'
            USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'purge_record_stays', TABLE = 'appointments_purgerecord';
    END IF;
    -- A day more or less: the establishment's midnight is not this clock's.
    IF NEW.before > (now() - make_interval(months => coalesce(
            (SELECT max(p.months) FROM appointments_retentionperiod p
             WHERE p.establishment_id = NEW.establishment_id AND p.kind = NEW.kind), 6)) + interval '1 day')::date THEN
        RAISE EXCEPTION 'This is kept longer.'
            USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'purge_not_too_soon', TABLE = 'appointments_purgerecord';
    END IF;
    NEW.purged_at := now();
    RETURN NEW;
END $$;

CREATE TRIGGER purge_recorded BEFORE INSERT OR UPDATE OR DELETE ON appointments_purgerecord
    FOR EACH ROW EXECUTE FUNCTION appointments_purge_recorded();
