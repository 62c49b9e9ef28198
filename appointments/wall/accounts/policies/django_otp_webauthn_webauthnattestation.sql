-- What a maker says about a key that the login sees. It is never stored; Django looks when it removes a key.
ALTER TABLE django_otp_webauthn_webauthnattestation ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_side ON django_otp_webauthn_webauthnattestation TO carehub_care, carehub_prison
    USING (credential_id IN (SELECT k.id FROM django_otp_webauthn_webauthncredential k))
    WITH CHECK (credential_id IN (SELECT k.id FROM django_otp_webauthn_webauthncredential k));
CREATE POLICY accounts ON django_otp_webauthn_webauthnattestation TO carehub_accounts
    USING (credential_id IN (SELECT k.id FROM django_otp_webauthn_webauthncredential k))
    WITH CHECK (credential_id IN (SELECT k.id FROM django_otp_webauthn_webauthncredential k));
