-- Backup codes of the sheets that the login sees.
ALTER TABLE otp_static_statictoken ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_side ON otp_static_statictoken TO carehub_care, carehub_prison
    USING (device_id IN (SELECT d.id FROM otp_static_staticdevice d))
    WITH CHECK (device_id IN (SELECT d.id FROM otp_static_staticdevice d));
CREATE POLICY accounts ON otp_static_statictoken TO carehub_accounts
    USING (device_id IN (SELECT d.id FROM otp_static_staticdevice d))
    WITH CHECK (device_id IN (SELECT d.id FROM otp_static_staticdevice d));
