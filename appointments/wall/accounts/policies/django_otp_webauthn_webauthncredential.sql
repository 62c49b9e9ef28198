-- Security keys of accounts of one's own side, at every door.
ALTER TABLE django_otp_webauthn_webauthncredential ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_side ON django_otp_webauthn_webauthncredential TO carehub_care, carehub_prison
    USING (user_id IN (SELECT u.id FROM access_user u WHERE u.side = access_side()))
    WITH CHECK (user_id IN (SELECT u.id FROM access_user u WHERE u.side = access_side()));
CREATE POLICY accounts ON django_otp_webauthn_webauthncredential TO carehub_accounts
    USING (user_id IN (SELECT u.id FROM access_user u WHERE u.side = access_side()))
    WITH CHECK (user_id IN (SELECT u.id FROM access_user u WHERE u.side = access_side()));
