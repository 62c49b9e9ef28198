-- Rights on agendas and buildings of accounts of one's own side; the accounts door reads those of the accounts that its
-- administrator may know of, and gives them by a function.
ALTER TABLE guardian_userobjectpermission ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_side ON guardian_userobjectpermission TO carehub_care, carehub_prison
    USING (EXISTS (SELECT FROM access_user u WHERE u.id = user_id AND u.side = access_side()))
    WITH CHECK (EXISTS (SELECT FROM access_user u WHERE u.id = user_id AND u.side = access_side()));
CREATE POLICY accounts_read ON guardian_userobjectpermission FOR SELECT TO carehub_accounts
    USING (user_id IN (SELECT access_accounts_in_sight()));
