-- Whether `asker` could have signed in as `account`, by what the log says they did to it: whoever takes an account over does
-- not confirm with it what they asked for. A new password or factor counts for three days, in which its owner comes back and
-- is told; what was handed out before the account was enrolled (opening, import, sheet) for three days from the enrolment,
-- whenever that is. Of another administrator also that they gave the role or opened it again. The first head of a unit, who
-- was opened without a word and enrols within a week, is excepted: there is nobody else. Granted to nobody.
CREATE OR REPLACE FUNCTION access_was_in_hand(asker bigint, account bigint) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM access_auditentry a JOIN access_user u ON u.id = account
        WHERE a.user_id = asker AND a.door = 'accounts' AND a.target_type = 'access.user' AND a.target_id = account::text
            AND asker <> account
            AND (a.at > now() - interval '3 days' AND (a.verb IN ('reset_password', 'reset_factor', 'give_token')
                     OR u.side = 'accounts' AND a.verb IN ('open_account', 'import_account', 'grant', 'reactivate',
                                                                    'lift_suspension'))
                 OR a.verb IN ('reset_password', 'reset_factor', 'open_account', 'import_account', 'make_sheet')
                    AND (u.second_factor_since IS NULL
                         OR u.second_factor_since >= a.at AND u.second_factor_since > now() - interval '3 days')
                    AND NOT (a.verb IN ('open_account', 'import_account', 'make_sheet') AND EXISTS (
                        SELECT FROM access_secondword w WHERE w.account_id = account AND w.answer = 'nobody'
                            AND w.answered_at > coalesce(u.second_factor_since, now()) - interval '7 days'))))
$$;
