-- An account administrator makes enrolment sheets: each account gets a password of that day, which its sheet alone tells.
-- Only for accounts that nobody has signed in with: of the others one password is reset at a time, and its owner is told.
-- What an earlier sheet says is worth nothing any more. An account that a second person has still to confirm may have its
-- sheet before: nobody signs in with it until then.
CREATE OR REPLACE FUNCTION access_make_sheets(
    actor bigint, establishment bigint, accounts bigint[], passwords text[], until timestamptz
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE it record;
BEGIN
    PERFORM access_require_administrator(actor, establishment);
    FOR it IN SELECT * FROM unnest(accounts, passwords) AS t (account, password) ORDER BY t.account LOOP
        PERFORM access_require_managed(actor, establishment, it.account);
        UPDATE access_user u SET password = it.password, must_change_password = true, sheet_until = until
            WHERE u.id = it.account AND u.last_login IS NULL AND u.second_factor_since IS NULL
                AND u.must_change_password AND (u.is_active OR EXISTS (
                    SELECT FROM access_secondword w WHERE w.account_id = u.id AND w.what = 'open_account'
                        AND w.answer = '' AND w.until >= now()));
        IF NOT FOUND THEN
            RAISE EXCEPTION 'Somebody has signed in with this account already.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'account_is_unused';
        END IF;
        DELETE FROM access_failedattempts f WHERE f.user_id = it.account;
        PERFORM access_log_account(actor, 'make_sheet', establishment, it.account);
    END LOOP;
END $$;
