-- When an attempt that the login sees is forgotten.
ALTER TABLE axes_accessattemptexpiration ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_side ON axes_accessattemptexpiration TO carehub_care, carehub_prison
    USING (access_attempt_id IN (SELECT a.id FROM axes_accessattempt a))
    WITH CHECK (access_attempt_id IN (SELECT a.id FROM axes_accessattempt a));
CREATE POLICY accounts ON axes_accessattemptexpiration TO carehub_accounts
    USING (access_attempt_id IN (SELECT a.id FROM axes_accessattempt a))
    WITH CHECK (access_attempt_id IN (SELECT a.id FROM axes_accessattempt a));
