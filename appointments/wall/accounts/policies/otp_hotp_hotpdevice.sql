-- Secrets of tokens with a button, of accounts of one's own side, at every door.
ALTER TABLE otp_hotp_hotpdevice ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_side ON otp_hotp_hotpdevice TO carehub_care, carehub_prison
    USING (EXISTS (SELECT FROM access_user u WHERE u.id = user_id AND u.side = access_side()))
    WITH CHECK (EXISTS (SELECT FROM access_user u WHERE u.id = user_id AND u.side = access_side()));
CREATE POLICY accounts ON otp_hotp_hotpdevice TO carehub_accounts
    USING (EXISTS (SELECT FROM access_user u WHERE u.id = user_id AND u.side = access_side()))
    WITH CHECK (EXISTS (SELECT FROM access_user u WHERE u.id = user_id AND u.side = access_side()));
