-- At which door the caller stands. Unlike access_side() also inside a function that runs with the owner's rights, where
-- current_user is the owner. A login that is neither a door's nor the owner's stands at none.
CREATE OR REPLACE FUNCTION access_door() RETURNS text LANGUAGE plpgsql STABLE
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE login name := CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role') END;
BEGIN
    RETURN CASE
        WHEN login = 'carehub_care' THEN 'care'
        WHEN login = 'carehub_prison' THEN 'prison'
        WHEN login = 'carehub_accounts' THEN 'accounts'
        WHEN pg_has_role(login, current_user, 'MEMBER') THEN 'owner'
    END;
END $$;
