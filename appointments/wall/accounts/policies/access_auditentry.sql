-- Lines are written by access_write_lines() alone; the accounts door alone reads them, and of them what concerns the side
-- that its administrator manages: lines about accounts that they may know of; what is done at a door, where they manage
-- that door's accounts; what other administrators do, where they may know of them; failures of names that nobody has.
ALTER TABLE access_auditentry ENABLE ROW LEVEL SECURITY;

CREATE POLICY accounts_read ON access_auditentry FOR SELECT TO carehub_accounts
    USING (CASE
        WHEN target_type = 'access.user' THEN target_id IN (SELECT s::text FROM access_accounts_in_sight() s)
        WHEN door = 'accounts' AND access_keeps_administrators() THEN
            user_id IN (SELECT access_accounts_in_sight()) OR user_id IS NULL AND access_actor() IS NOT NULL
        ELSE establishment_id IN (SELECT access_places_administered(access_house()))
            OR establishment_id IS NULL AND EXISTS (SELECT FROM access_places_administered(access_house()))
                AND (user_id IS NULL OR user_id IN (SELECT access_accounts_in_sight()))
    END);
