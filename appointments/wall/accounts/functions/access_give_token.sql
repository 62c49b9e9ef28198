-- A token that an account administrator hands out. `moved_by` is the next counter, or the steps that its clock is off.
-- The sheet of backup codes is begun unconfirmed: the first sign-in with the token writes the codes and shows them.
CREATE OR REPLACE FUNCTION access_give_token(
    account bigint, kind text, secret text, digits integer, step integer, moved_by bigint, label text
) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO otp_totp_totpdevice (user_id, name, confirmed, key, digits, step, t0, tolerance, drift, last_t,
        throttling_failure_count, created_at)
    SELECT u.id, label, true, secret, access_give_token.digits, access_give_token.step, 0, 1, moved_by, -1, 0, now()
    FROM access_user u WHERE u.id = account AND kind = 'totp';
    INSERT INTO otp_hotp_hotpdevice (user_id, name, confirmed, key, digits, tolerance, counter,
        throttling_failure_count, created_at)
    SELECT u.id, label, true, secret, access_give_token.digits, 10, moved_by, 0, now()
    FROM access_user u WHERE u.id = account AND kind = 'hotp';
    INSERT INTO otp_static_staticdevice (user_id, name, confirmed, throttling_failure_count, created_at)
    SELECT u.id, 'backup codes', false, 0, now()
    FROM access_user u WHERE u.id = account AND kind IN ('totp', 'hotp')
        AND NOT EXISTS (SELECT FROM otp_static_staticdevice s WHERE s.user_id = u.id);
    UPDATE access_user SET second_factor_since = now() WHERE id = account AND kind IN ('totp', 'hotp')
        AND second_factor_since IS NULL;
    SELECT count(*) FROM access_user WHERE id = account AND kind IN ('totp', 'hotp');
$$;
