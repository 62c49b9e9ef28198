-- Refuses unless `actor` is, today, an active administrator of `establishment`. No actor is the owner's command line.
-- The login of the accounts door may name any of its administrators, never nobody, and nobody of another side.
CREATE OR REPLACE FUNCTION access_require_administrator(actor bigint, establishment bigint) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT (access_administers(actor, establishment) OR actor IS NULL AND access_door() = 'owner') THEN
        RAISE EXCEPTION 'Accounts are changed in the name of an account administrator of the establishment.'
            USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'administrator_acts';
    END IF;
END $$;
