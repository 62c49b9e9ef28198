-- Whether `asker` could have signed in as `account` in the last three days, by what the log says they did to it: whoever
-- takes an account over does not confirm with it what they asked for. Three days let its owner come back and be told. Of
-- another administrator also that the asker opened their account, or gave them the role. Granted to nobody.
CREATE OR REPLACE FUNCTION access_was_in_hand(asker bigint, account bigint) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM access_auditentry a JOIN access_user u ON u.id = account
        WHERE a.user_id = asker AND a.door = 'accounts' AND a.target_type = 'access.user' AND a.target_id = account::text
            AND a.at > now() - interval '3 days'
            AND (a.verb IN ('reset_password', 'reset_factor', 'give_token')
                 OR u.side = 'accounts' AND a.verb IN ('open_account', 'grant', 'reactivate')))
$$;
