-- A door sees the accounts of its own side; the accounts door sees all, and which columns are granted bounds it.
ALTER TABLE access_user ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_side ON access_user TO carehub_care, carehub_prison
    USING (side = access_side())
    WITH CHECK (side = access_side());
CREATE POLICY accounts ON access_user TO carehub_accounts
    USING (true)
    WITH CHECK (true);
