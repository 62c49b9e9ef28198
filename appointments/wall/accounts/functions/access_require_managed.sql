-- Refuses unless `actor` is, today, an active administrator of `establishment`, and `account` is managed there: it has a
-- role there that has not ended, or had one and works nowhere else, on a side that the actor manages; one that was just
-- opened has none yet and is nobody else's. An administrator is managed by whoever manages all that they do: with a new
-- password of theirs one would reach it. Granted to nobody: the functions that change an account call it. No actor is
-- the owner's command line.
CREATE OR REPLACE FUNCTION access_require_managed(actor bigint, establishment bigint, account bigint) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE its_side text;
BEGIN
    PERFORM access_require_administrator(actor, establishment);
    SELECT u.side INTO its_side FROM access_user u WHERE u.id = account;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no such account.' USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'account_is_managed';
    END IF;
    IF actor IS NULL OR actor = account AND access_keeps_administrators() THEN
        RETURN;
    END IF;
    IF NOT EXISTS (SELECT FROM access_membership m WHERE m.user_id = account) THEN
        IF its_side <> 'accounts' THEN
            PERFORM access_require_side(actor, establishment, its_side);
        END IF;
        RETURN;
    END IF;
    -- Of one of the actor's establishments: whoever manages two gives a first role at the second.
    IF NOT EXISTS (
        SELECT FROM access_membership m WHERE m.user_id = account
            AND access_administers_side(actor, m.establishment_id, CASE m.side WHEN 'accounts' THEN m.administers ELSE m.side END)
            AND (access_is_unended(m) OR NOT EXISTS (
                SELECT FROM access_membership o WHERE o.user_id = account AND access_is_unended(o)))
    ) THEN
        RAISE EXCEPTION 'This account is managed at another establishment, or by the administrator of another side.'
            USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'account_is_managed';
    END IF;
    IF its_side = 'accounts' AND EXISTS (
        SELECT FROM access_membership m, unnest(CASE m.administers WHEN 'both' THEN ARRAY['care', 'prison']
                                                ELSE ARRAY[m.administers] END) AS wanted
        WHERE m.user_id = account AND access_is_unended(m) AND NOT EXISTS (
            SELECT FROM access_membership mine
            WHERE mine.user_id = actor AND access_administers_side(actor, mine.establishment_id, wanted))
    ) THEN
        RAISE EXCEPTION 'This administrator also manages a side that is not the actor’s.'
            USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'account_is_managed';
    END IF;
END $$;
