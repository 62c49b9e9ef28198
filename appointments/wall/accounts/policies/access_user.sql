-- A door sees the accounts of its own side. The accounts door sees, but for passwords (grants), those that its administrator
-- may know of, and before anybody has signed in those of its own side; it changes its own only: whatever it does to another
-- one, it does by functions that write the log.
ALTER TABLE access_user ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_side ON access_user TO carehub_care, carehub_prison
    USING (side = access_side())
    WITH CHECK (side = access_side());
CREATE POLICY accounts_read ON access_user FOR SELECT TO carehub_accounts
    USING (side = access_side() AND access_actor() IS NULL OR id IN (SELECT access_accounts_in_sight()));
CREATE POLICY accounts_own ON access_user FOR UPDATE TO carehub_accounts
    USING (side = access_side())
    WITH CHECK (side = access_side());
