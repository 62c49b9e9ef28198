-- Where one administrator may manage both sides, by which agreement: the owner's command line writes it; the accounts door
-- reads it at the places of its administrator.
ALTER TABLE access_jointadministration ENABLE ROW LEVEL SECURITY;

CREATE POLICY accounts_read ON access_jointadministration FOR SELECT TO carehub_accounts
    USING (establishment_id IN (SELECT access_places_administered('care'))
        OR establishment_id IN (SELECT access_places_administered('prison')));
