-- Refuses unless `actor` manages accounts of that side at `establishment` today. Granted to nobody. No actor is the
-- owner's command line, which access_require_administrator has let through.
CREATE OR REPLACE FUNCTION access_require_side(actor bigint, establishment bigint, side text) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    IF actor IS NOT NULL AND NOT access_administers_side(actor, establishment, side) THEN
        RAISE EXCEPTION 'Accounts of this side are managed by another account administrator.'
            USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'side_is_administered';
    END IF;
END $$;
