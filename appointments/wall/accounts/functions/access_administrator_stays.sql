-- When a role or an account changes, each side keeps somebody who manages it (access_keep_an_administrator).
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
