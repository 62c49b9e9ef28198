-- A side keeps somebody who manages its accounts: the last active administrator of a side at an establishment is not ended,
-- closed, moved to another side or given a last day. One at a time: of two who remove each other in one instant, the
-- second is refused. The owner's command line is not held: whoever has it installs another one.
CREATE OR REPLACE FUNCTION access_keep_an_administrator(was access_membership) RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE wanted text;
BEGIN
    IF access_door() = 'owner' OR was.role <> 'account_admin' OR NOT access_is_unended(was) THEN
        RETURN;
    END IF;
    PERFORM FROM access_establishment e WHERE e.id = was.establishment_id FOR NO KEY UPDATE;
    FOREACH wanted IN ARRAY CASE was.administers WHEN 'both' THEN ARRAY['care', 'prison'] ELSE ARRAY[was.administers] END LOOP
        IF NOT EXISTS (
            SELECT FROM access_membership m WHERE m.establishment_id = was.establishment_id
                AND access_administers_side(m.user_id, m.establishment_id, wanted)
                AND (m.valid_until IS NULL OR was.valid_until IS NOT NULL))
        THEN
            RAISE EXCEPTION 'The last account administrator of a side stays.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'side_keeps_an_administrator';
        END IF;
    END LOOP;
END $$;
