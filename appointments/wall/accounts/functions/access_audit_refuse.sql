-- The log only grows, for the owner's login too. Its oldest lines go by access_forget_log alone: the chain's row says up to
-- which line it was forgotten, and no line of the last six months is.
CREATE OR REPLACE FUNCTION access_audit_refuse() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM 1 FROM access_auditchain c
            WHERE c.establishment_id = coalesce(OLD.establishment_id, 0) AND c.door = OLD.door AND OLD.id <= c.forgotten_id;
        IF FOUND AND OLD.at < now() - interval '6 months' THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'The access log only grows: % is refused.', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON access_auditentry
    FOR EACH ROW EXECUTE FUNCTION access_audit_refuse();
CREATE TRIGGER audit_never_emptied BEFORE TRUNCATE ON access_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION access_audit_refuse();
