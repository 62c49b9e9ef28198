-- What happened to the sign-in of accounts of one's own side. A door adds to it, and takes nothing away (grants).
ALTER TABLE access_accountevent ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_side ON access_accountevent TO carehub_care, carehub_prison
    USING (EXISTS (SELECT FROM access_user u WHERE u.id = user_id AND u.side = access_side()))
    WITH CHECK (EXISTS (SELECT FROM access_user u WHERE u.id = user_id AND u.side = access_side()));
CREATE POLICY accounts ON access_accountevent TO carehub_accounts
    USING (EXISTS (SELECT FROM access_user u WHERE u.id = user_id AND u.side = access_side()))
    WITH CHECK (EXISTS (SELECT FROM access_user u WHERE u.id = user_id AND u.side = access_side()));
