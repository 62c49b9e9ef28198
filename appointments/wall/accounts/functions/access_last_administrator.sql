-- No account is suspended without whom a side of an establishment would have no administrator of accounts.
CREATE OR REPLACE FUNCTION access_last_administrator() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
DECLARE
    place bigint;
    wanted text;
BEGIN
    FOR place, wanted IN SELECT m.establishment_id, s.side FROM access_membership m,
                unnest(CASE m.administers WHEN 'both' THEN ARRAY['care', 'prison'] ELSE ARRAY[m.administers] END) AS s (side)
            WHERE m.user_id = NEW.id AND m.role = 'account_admin' AND access_is_unended(m) ORDER BY 1, 2 LOOP
        -- Of two at once the second waits, and then sees the first.
        PERFORM FROM access_user u JOIN access_membership o ON o.user_id = u.id
            WHERE o.establishment_id = place AND o.role = 'account_admin' AND u.id <> NEW.id FOR NO KEY UPDATE OF u;
        IF NOT EXISTS (SELECT FROM access_membership o WHERE o.establishment_id = place
                AND o.user_id <> NEW.id AND access_administers_side(o.user_id, place, wanted)) THEN
            RAISE EXCEPTION 'The last account administrator of a side is not suspended.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'last_administrator_stays';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;

CREATE TRIGGER last_administrator_stays BEFORE UPDATE OF suspended_at ON access_user
    FOR EACH ROW WHEN (OLD.suspended_at IS NULL AND NEW.suspended_at IS NOT NULL)
    EXECUTE FUNCTION access_last_administrator();
