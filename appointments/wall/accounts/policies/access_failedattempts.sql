-- Failures at doors of one's own side: no login forgets those of another.
ALTER TABLE access_failedattempts ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_side ON access_failedattempts TO carehub_care, carehub_prison
    USING (side = access_side())
    WITH CHECK (side = access_side());
CREATE POLICY accounts ON access_failedattempts TO carehub_accounts
    USING (side = access_side())
    WITH CHECK (side = access_side());
