-- Reviews of accounts: the accounts door reads those of the sides that its administrator manages at that place, and those of
-- administrators where they manage any (of those, the lines that they may know of: access_reviewline).
ALTER TABLE access_accessreview ENABLE ROW LEVEL SECURITY;

CREATE POLICY accounts_read ON access_accessreview FOR SELECT TO carehub_accounts
    USING (CASE side
        WHEN 'care' THEN establishment_id IN (SELECT access_places_administered('care'))
        WHEN 'prison' THEN establishment_id IN (SELECT access_places_administered('prison'))
        ELSE establishment_id IN (SELECT access_places_administered('care') UNION SELECT access_places_administered('prison'))
    END);
