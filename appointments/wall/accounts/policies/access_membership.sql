-- Roles, as accounts: of one's own side; the accounts door reads those of the accounts that its administrator may know of,
-- and gives them by a function.
ALTER TABLE access_membership ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_side ON access_membership TO carehub_care, carehub_prison
    USING (side = access_side())
    WITH CHECK (side = access_side());
CREATE POLICY accounts_read ON access_membership FOR SELECT TO carehub_accounts
    USING (user_id IN (SELECT access_accounts_in_sight()));
