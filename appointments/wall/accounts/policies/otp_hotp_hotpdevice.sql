-- Secrets of tokens with a button, of accounts of one's own side, at every door.
ALTER TABLE otp_hotp_hotpdevice ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_side ON otp_hotp_hotpdevice TO carehub_care, carehub_prison
    USING (user_id IN (SELECT u.id FROM access_user u WHERE u.side = access_side()))
    WITH CHECK (user_id IN (SELECT u.id FROM access_user u WHERE u.side = access_side()));
CREATE POLICY accounts ON otp_hotp_hotpdevice TO carehub_accounts
    USING (user_id IN (SELECT u.id FROM access_user u WHERE u.side = access_side()))
    WITH CHECK (user_id IN (SELECT u.id FROM access_user u WHERE u.side = access_side()));
