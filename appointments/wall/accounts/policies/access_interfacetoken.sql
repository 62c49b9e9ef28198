-- Interface tokens, of care accounts; only the care door has any (grants).
ALTER TABLE access_interfacetoken ENABLE ROW LEVEL SECURITY;

CREATE POLICY care ON access_interfacetoken TO carehub_care
    USING (EXISTS (SELECT FROM access_user u WHERE u.id = user_id AND u.side = access_side()))
    WITH CHECK (EXISTS (SELECT FROM access_user u WHERE u.id = user_id AND u.side = access_side()));
