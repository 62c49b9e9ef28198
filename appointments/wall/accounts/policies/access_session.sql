-- Sessions of one's own side, at every door.
ALTER TABLE access_session ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_side ON access_session TO carehub_care, carehub_prison
    USING (side = access_side())
    WITH CHECK (side = access_side());
CREATE POLICY accounts ON access_session TO carehub_accounts
    USING (side = access_side())
    WITH CHECK (side = access_side());
