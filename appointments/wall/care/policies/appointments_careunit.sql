-- Care reads the names of its units. The accounts door reads those of establishments where its administrator manages care's
-- accounts.
ALTER TABLE appointments_careunit ENABLE ROW LEVEL SECURITY;

CREATE POLICY care ON appointments_careunit FOR SELECT TO carehub_care
    USING (true);
CREATE POLICY accounts_read ON appointments_careunit FOR SELECT TO carehub_accounts
    USING (establishment_id IN (SELECT access_places_administered('care')));
