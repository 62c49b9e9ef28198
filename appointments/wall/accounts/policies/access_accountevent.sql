-- What happened to the sign-in of accounts of one's own side. A door adds to it, and takes nothing away (grants).
ALTER TABLE access_accountevent ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_side ON access_accountevent TO carehub_care, carehub_prison
    USING (user_id IN (SELECT u.id FROM access_user u WHERE u.side = access_side()))
    WITH CHECK (user_id IN (SELECT u.id FROM access_user u WHERE u.side = access_side()));
CREATE POLICY accounts ON access_accountevent TO carehub_accounts
    USING (user_id IN (SELECT u.id FROM access_user u WHERE u.side = access_side()))
    WITH CHECK (user_id IN (SELECT u.id FROM access_user u WHERE u.side = access_side()));
