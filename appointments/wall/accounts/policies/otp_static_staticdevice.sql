-- Sheets of backup codes, of accounts of one's own side, at every door.
ALTER TABLE otp_static_staticdevice ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_side ON otp_static_staticdevice TO carehub_care, carehub_prison
    USING (user_id IN (SELECT u.id FROM access_user u WHERE u.side = access_side()))
    WITH CHECK (user_id IN (SELECT u.id FROM access_user u WHERE u.side = access_side()));
CREATE POLICY accounts ON otp_static_staticdevice TO carehub_accounts
    USING (user_id IN (SELECT u.id FROM access_user u WHERE u.side = access_side()))
    WITH CHECK (user_id IN (SELECT u.id FROM access_user u WHERE u.side = access_side()));
