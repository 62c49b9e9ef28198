-- Backup codes of the sheets that the login sees.
ALTER TABLE otp_static_statictoken ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_side ON otp_static_statictoken TO carehub_care, carehub_prison
    USING (EXISTS (SELECT FROM otp_static_staticdevice d WHERE d.id = device_id))
    WITH CHECK (EXISTS (SELECT FROM otp_static_staticdevice d WHERE d.id = device_id));
CREATE POLICY accounts ON otp_static_statictoken TO carehub_accounts
    USING (EXISTS (SELECT FROM otp_static_staticdevice d WHERE d.id = device_id))
    WITH CHECK (EXISTS (SELECT FROM otp_static_staticdevice d WHERE d.id = device_id));
