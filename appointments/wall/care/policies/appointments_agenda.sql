-- Care reads and writes all agendas of the unit, and decides by rights who sees which. The accounts door reads the names of
-- those of establishments where its administrator manages care's accounts.
ALTER TABLE appointments_agenda ENABLE ROW LEVEL SECURITY;

CREATE POLICY care ON appointments_agenda TO carehub_care
    USING (true)
    WITH CHECK (true);
CREATE POLICY accounts_read ON appointments_agenda FOR SELECT TO carehub_accounts
    USING (establishment_id IN (SELECT access_places_administered('care')));
