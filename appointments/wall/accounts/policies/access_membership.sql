-- Roles, as accounts: of one's own side; the accounts door gives those of all sides.
ALTER TABLE access_membership ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_side ON access_membership TO carehub_care, carehub_prison
    USING (side = access_side())
    WITH CHECK (side = access_side());
CREATE POLICY accounts ON access_membership TO carehub_accounts
    USING (true)
    WITH CHECK (true);
