-- What a maker says about a key that the login sees. It is never stored; Django looks when it removes a key.
ALTER TABLE django_otp_webauthn_webauthnattestation ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_side ON django_otp_webauthn_webauthnattestation TO carehub_care, carehub_prison
    USING (EXISTS (SELECT FROM django_otp_webauthn_webauthncredential k
        WHERE k.id = django_otp_webauthn_webauthnattestation.credential_id))
    WITH CHECK (EXISTS (SELECT FROM django_otp_webauthn_webauthncredential k
        WHERE k.id = django_otp_webauthn_webauthnattestation.credential_id));
CREATE POLICY accounts ON django_otp_webauthn_webauthnattestation TO carehub_accounts
    USING (EXISTS (SELECT FROM django_otp_webauthn_webauthncredential k
        WHERE k.id = django_otp_webauthn_webauthnattestation.credential_id))
    WITH CHECK (EXISTS (SELECT FROM django_otp_webauthn_webauthncredential k
        WHERE k.id = django_otp_webauthn_webauthnattestation.credential_id));
