-- Whether an account was opened by an administrator and nobody has confirmed it yet. Granted to nobody.
CREATE OR REPLACE FUNCTION access_awaits_opening(account bigint) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM access_secondword w WHERE w.account_id = account AND w.what = 'open_account')
        AND NOT EXISTS (SELECT FROM access_secondword w WHERE w.account_id = account AND w.what = 'open_account'
                        AND w.answer IN ('confirmed', 'nobody'))
$$;
