-- What a change of a role may not do, whoever writes it. An administrator of both sides needs the agreement that says so;
-- a head who stops being one is guarded as a head for some days (access_is_guarded).
CREATE OR REPLACE FUNCTION access_membership_kept() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.administers = 'both' AND access_is_unended(NEW) AND NOT EXISTS (
        SELECT FROM access_jointadministration j WHERE j.establishment_id = NEW.establishment_id)
    THEN
        RAISE EXCEPTION 'One administrator for both sides needs an agreement that says so.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'both_sides_by_agreement';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.role = 'head' AND NEW.role <> 'head' THEN
        NEW.was_head_at := now();
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER role_kept BEFORE INSERT OR UPDATE ON access_membership
    FOR EACH ROW EXECUTE FUNCTION access_membership_kept();
