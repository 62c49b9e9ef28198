-- An agreement does not end while somebody still manages both sides by it.
CREATE OR REPLACE FUNCTION access_agreement_kept() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM access_membership m WHERE m.establishment_id = OLD.establishment_id
               AND m.administers = 'both' AND access_is_unended(m)) THEN
        RAISE EXCEPTION 'Somebody still manages both sides here.'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'agreement_in_use';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER agreement_kept BEFORE DELETE ON access_jointadministration
    FOR EACH ROW EXECUTE FUNCTION access_agreement_kept();
