-- What an account administrator may do to an account of another side without reading its secrets: take its factors away.
CREATE OR REPLACE FUNCTION access_reset_second_factor(account bigint) RETURNS void LANGUAGE sql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE access_user SET second_factor_since = NULL WHERE id = account;
    DELETE FROM otp_static_statictoken WHERE device_id IN (SELECT id FROM otp_static_staticdevice WHERE user_id = account);
    DELETE FROM otp_static_staticdevice WHERE user_id = account;
    DELETE FROM otp_totp_totpdevice WHERE user_id = account;
    DELETE FROM otp_hotp_hotpdevice WHERE user_id = account;
    DELETE FROM django_otp_webauthn_webauthnattestation WHERE credential_id IN
        (SELECT id FROM django_otp_webauthn_webauthncredential WHERE user_id = account);
    DELETE FROM django_otp_webauthn_webauthncredential WHERE user_id = account;
$$;
