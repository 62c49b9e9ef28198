-- An account administrator ends an account's wait after wrong passwords or codes: what was counted is forgotten.
CREATE OR REPLACE FUNCTION access_unlock(actor bigint, establishment bigint, account bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM access_require_managed(actor, establishment, account);
    UPDATE otp_totp_totpdevice SET throttling_failure_count = 0, throttling_failure_timestamp = NULL
        WHERE user_id = account;
    UPDATE otp_hotp_hotpdevice SET throttling_failure_count = 0, throttling_failure_timestamp = NULL
        WHERE user_id = account;
    UPDATE otp_static_staticdevice SET throttling_failure_count = 0, throttling_failure_timestamp = NULL
        WHERE user_id = account;
    PERFORM access_note_event(account, 'unlocked');
    PERFORM access_log_account(actor, 'unlock', establishment, account);
END $$;
