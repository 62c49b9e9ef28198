-- A token that an account administrator hands out. `moved_by` is the next counter, or the steps that its clock is off.
-- The sheet of backup codes is begun unconfirmed: the first sign-in with the token writes the codes and shows them.
-- The password must be changed at that sign-in: if it is not the account's owner who holds the token, the owner notices.
CREATE OR REPLACE FUNCTION access_give_token(
    actor bigint, establishment bigint, account bigint,
    kind text, secret text, digits integer, step integer, moved_by bigint, label text
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM access_require_managed(actor, establishment, account);
    PERFORM access_require_unguarded(actor, account);
    IF kind = 'totp' THEN
        INSERT INTO otp_totp_totpdevice (user_id, name, confirmed, key, digits, step, t0, tolerance, drift, last_t,
            throttling_failure_count, created_at)
        VALUES (account, label, true, secret, digits, step, 0, 1, moved_by, -1, 0, now());
    ELSIF kind = 'hotp' THEN
        INSERT INTO otp_hotp_hotpdevice (user_id, name, confirmed, key, digits, tolerance, counter,
            throttling_failure_count, created_at)
        VALUES (account, label, true, secret, digits, 10, moved_by, 0, now());
    ELSE
        RAISE EXCEPTION 'A token has a clock or a button.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'token_kind_known';
    END IF;
    INSERT INTO otp_static_staticdevice (user_id, name, confirmed, throttling_failure_count, created_at)
    SELECT account, 'backup codes', false, 0, now()
        WHERE NOT EXISTS (SELECT FROM otp_static_staticdevice s WHERE s.user_id = account);
    UPDATE access_user u
        SET second_factor_since = coalesce(u.second_factor_since, now()), must_change_password = true
        WHERE u.id = account;
    PERFORM access_end_sessions(account);
    PERFORM access_note_event(account, 'token_given');
    PERFORM access_log_account(actor, 'give_token', establishment, account);
END $$;
