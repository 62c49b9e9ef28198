-- Whether a role is written with a second person's word only: one by which an account comes to give the second word itself
-- (head of unit; a colleague whom the head named, whose role had ended; an administrator of the care side), and the first
-- role of a care account at another place. An account that waits to be opened there waits with all that it is to be.
-- Granted to nobody. No actor is the owner's command line, or a word that was given.
CREATE OR REPLACE FUNCTION access_role_waits(actor bigint, wanted access_membership) RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    stood access_membership;
    stands boolean;
BEGIN
    -- Asked by account alone: by the establishment, each of 5,000 accounts of a file would look at the words of all.
    IF actor IS NULL OR wanted.side = 'prison' OR NOT access_is_unended(wanted) OR access_awaits_opening(wanted.user_id)
        AND wanted.establishment_id = ANY (ARRAY(
            SELECT w.establishment_id FROM access_secondword w WHERE w.account_id = wanted.user_id AND w.what = 'open_account'))
    THEN
        RETURN false;
    END IF;
    SELECT * INTO stood FROM access_membership m
        WHERE m.user_id = wanted.user_id AND m.establishment_id = wanted.establishment_id;
    stands := FOUND AND access_is_unended(stood);
    IF wanted.side = 'accounts' THEN
        RETURN wanted.administers IN ('care', 'both') AND NOT (stands AND stood.administers IN ('care', 'both'));
    END IF;
    RETURN stood.id IS NULL
        OR wanted.role = 'head' AND NOT (stands AND stood.role = 'head')
        OR NOT stands AND EXISTS (SELECT FROM access_custodian c WHERE c.user_id = wanted.user_id
            AND c.establishment_id = wanted.establishment_id AND c.ended_at IS NULL);
END $$;
