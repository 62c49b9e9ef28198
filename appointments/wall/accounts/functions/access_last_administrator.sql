-- No account is suspended without whom an establishment would have no administrator of accounts.
CREATE OR REPLACE FUNCTION access_last_administrator() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
DECLARE place bigint;
BEGIN
    FOR place IN SELECT m.establishment_id FROM access_membership m
            WHERE m.user_id = NEW.id AND m.role = 'account_admin' AND access_is_unended(m) ORDER BY 1 LOOP
        -- Of two at once the second waits, and then sees the first.
        PERFORM FROM access_user u JOIN access_membership o ON o.user_id = u.id
            WHERE o.establishment_id = place AND o.role = 'account_admin' AND u.id <> NEW.id FOR NO KEY UPDATE OF u;
        IF NOT EXISTS (SELECT FROM access_membership o WHERE o.establishment_id = place
                AND o.user_id <> NEW.id AND access_administers(o.user_id, place)) THEN
            RAISE EXCEPTION 'The last account administrator of an establishment is not suspended.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'last_administrator_stays';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;

CREATE TRIGGER last_administrator_stays BEFORE UPDATE OF suspended_at ON access_user
    FOR EACH ROW WHEN (OLD.suspended_at IS NULL AND NEW.suspended_at IS NOT NULL)
    EXECUTE FUNCTION access_last_administrator();
