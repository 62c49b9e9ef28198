-- What an account administrator may do to an account of another side without reading its secrets: take its factors away.
-- Whoever signs in next enrols, and must change the password: if it is not the account's owner, the owner notices.
CREATE OR REPLACE FUNCTION access_reset_second_factor(actor bigint, establishment bigint, account bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM access_require_managed(actor, establishment, account);
    UPDATE access_user SET second_factor_since = NULL, must_change_password = true WHERE id = account;
    DELETE FROM otp_static_statictoken WHERE device_id IN (SELECT id FROM otp_static_staticdevice WHERE user_id = account);
    DELETE FROM otp_static_staticdevice WHERE user_id = account;
    DELETE FROM otp_totp_totpdevice WHERE user_id = account;
    DELETE FROM otp_hotp_hotpdevice WHERE user_id = account;
    DELETE FROM django_otp_webauthn_webauthnattestation WHERE credential_id IN
        (SELECT id FROM django_otp_webauthn_webauthncredential WHERE user_id = account);
    DELETE FROM django_otp_webauthn_webauthncredential WHERE user_id = account;
    PERFORM access_end_sessions(account);
    PERFORM access_note_event(account, 'factor_reset');
    PERFORM access_log_account(actor, 'reset_factor', establishment, account);
END $$;
