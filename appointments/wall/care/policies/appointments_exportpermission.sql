-- Care opens and withdraws, now and in the name of an account of its own; the answer is the courier's. What was withdrawn
-- stays withdrawn.
ALTER TABLE appointments_exportpermission ENABLE ROW LEVEL SECURITY;

CREATE POLICY care ON appointments_exportpermission FOR SELECT TO carehub_care
    USING (true);
CREATE POLICY opens ON appointments_exportpermission FOR INSERT TO carehub_care WITH CHECK (
    answer = '' AND withdrawn_at IS NULL AND opened_at BETWEEN now() - interval '1 minute' AND clock_timestamp()
    AND opened_on BETWEEN current_date - 1 AND current_date + 1 AND opened_by_id IN (SELECT u.id FROM access_user u)
);
CREATE POLICY withdraws ON appointments_exportpermission FOR UPDATE TO carehub_care
    USING (withdrawn_at IS NULL)
    WITH CHECK (withdrawn_at IS NOT NULL AND withdrawn_by_id IN (SELECT u.id FROM access_user u));
CREATE POLICY courier ON appointments_exportpermission TO carehub_courier
    USING (true)
    WITH CHECK (true);
