-- The log is numbered and chained under one lock, so that a removed or changed line breaks the chain after it.
CREATE OR REPLACE FUNCTION access_audit_chain() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('access_auditentry'));
    NEW.id := nextval(pg_get_serial_sequence('public.access_auditentry', 'id'));
    NEW.at := clock_timestamp();
    NEW.previous_hash := coalesce((SELECT hash FROM access_auditentry ORDER BY id DESC LIMIT 1), '');
    NEW.hash := access_audit_line(NEW);
    RETURN NEW;
END $$;

CREATE TRIGGER audit_chain BEFORE INSERT ON access_auditentry FOR EACH ROW EXECUTE FUNCTION access_audit_chain();
