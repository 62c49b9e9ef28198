-- What waits for a second person's word: care reads it; the accounts door where its administrator manages care's accounts.
-- Functions write it.
ALTER TABLE access_secondword ENABLE ROW LEVEL SECURITY;

CREATE POLICY care ON access_secondword FOR SELECT TO carehub_care
    USING (true);
CREATE POLICY accounts_read ON access_secondword FOR SELECT TO carehub_accounts
    USING (establishment_id IN (SELECT access_places_administered('care')));
