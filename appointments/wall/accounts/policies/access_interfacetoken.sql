-- Interface tokens, of care accounts; only the care door has any (grants).
ALTER TABLE access_interfacetoken ENABLE ROW LEVEL SECURITY;

CREATE POLICY care ON access_interfacetoken TO carehub_care
    USING (user_id IN (SELECT u.id FROM access_user u WHERE u.side = access_side()))
    WITH CHECK (user_id IN (SELECT u.id FROM access_user u WHERE u.side = access_side()));
