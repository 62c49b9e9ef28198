-- Lines are written by access_write_lines() alone; the accounts door alone reads them.
ALTER TABLE access_auditentry ENABLE ROW LEVEL SECURITY;

CREATE POLICY accounts_read ON access_auditentry FOR SELECT TO carehub_accounts
    USING (true);
