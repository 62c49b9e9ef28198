-- Refuses unless `actor` is, today, an active administrator of `establishment`, and `account` is managed there: it has a
-- role there that has not ended, or had one and works nowhere else; one that was just opened has none yet and is nobody
-- else's. Granted to nobody: the functions that change an account call it. No actor is the owner's command line.
CREATE OR REPLACE FUNCTION access_require_managed(actor bigint, establishment bigint, account bigint) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM access_require_administrator(actor, establishment);
    IF NOT EXISTS (SELECT FROM access_user u WHERE u.id = account) THEN
        RAISE EXCEPTION 'There is no such account.' USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'account_is_managed';
    END IF;
    IF actor IS NULL OR NOT EXISTS (SELECT FROM access_membership m WHERE m.user_id = account) THEN
        RETURN;
    END IF;
    -- Of one of the actor's establishments: whoever manages two gives a first role at the second.
    IF NOT EXISTS (
        SELECT FROM access_membership m WHERE m.user_id = account AND access_administers(actor, m.establishment_id)
            AND (access_is_unended(m) OR NOT EXISTS (
                SELECT FROM access_membership o WHERE o.user_id = account AND access_is_unended(o)))
    ) THEN
        RAISE EXCEPTION 'This account is managed at another establishment.'
            USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'account_is_managed';
    END IF;
END $$;
