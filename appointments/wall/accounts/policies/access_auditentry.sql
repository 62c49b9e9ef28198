-- Each door writes lines in its own name; the accounts door alone reads them.
ALTER TABLE access_auditentry ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_door ON access_auditentry FOR INSERT TO carehub_care, carehub_prison, carehub_accounts
    WITH CHECK (door = access_side());
CREATE POLICY accounts_read ON access_auditentry FOR SELECT TO carehub_accounts
    USING (true);
