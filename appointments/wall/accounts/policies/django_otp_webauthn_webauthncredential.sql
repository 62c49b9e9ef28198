-- Security keys of accounts of one's own side, at every door.
ALTER TABLE django_otp_webauthn_webauthncredential ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_side ON django_otp_webauthn_webauthncredential TO carehub_care, carehub_prison
    USING (EXISTS (SELECT FROM access_user u WHERE u.id = user_id AND u.side = access_side()))
    WITH CHECK (EXISTS (SELECT FROM access_user u WHERE u.id = user_id AND u.side = access_side()));
CREATE POLICY accounts ON django_otp_webauthn_webauthncredential TO carehub_accounts
    USING (EXISTS (SELECT FROM access_user u WHERE u.id = user_id AND u.side = access_side()))
    WITH CHECK (EXISTS (SELECT FROM access_user u WHERE u.id = user_id AND u.side = access_side()));
