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

CREATE OR REPLACE FUNCTION access_administrator_stays() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE it access_membership;
BEGIN
    IF TG_TABLE_NAME = 'access_membership' THEN
        PERFORM access_keep_an_administrator(OLD);
    ELSIF OLD.is_active AND NOT NEW.is_active THEN
        FOR it IN SELECT * FROM access_membership m WHERE m.user_id = OLD.id LOOP
            PERFORM access_keep_an_administrator(it);
        END LOOP;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER administrator_stays AFTER UPDATE OR DELETE ON access_membership
    FOR EACH ROW EXECUTE FUNCTION access_administrator_stays();
CREATE TRIGGER administrator_stays AFTER UPDATE OF is_active ON access_user
    FOR EACH ROW EXECUTE FUNCTION access_administrator_stays();
