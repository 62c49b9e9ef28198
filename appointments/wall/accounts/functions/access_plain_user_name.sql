-- A user name is no mail address: a new one has no @, no + and no blank, whoever writes it. Names of before stay.
CREATE OR REPLACE FUNCTION access_plain_user_name() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'A user name has letters, digits and . - _ only.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'user_name_is_plain';
END $$;

CREATE TRIGGER user_name_is_plain BEFORE INSERT OR UPDATE OF username ON access_user
    FOR EACH ROW WHEN (NEW.username ~ '[@+[:space:]]') EXECUTE FUNCTION access_plain_user_name();
