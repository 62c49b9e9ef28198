-- Takes the second factors of an account away. Whoever signs in next enrols, and must change the password: if it is not the
-- account's owner, the owner notices. Granted to nobody.
CREATE OR REPLACE FUNCTION access_take_factors(account bigint) RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
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
END $$;
