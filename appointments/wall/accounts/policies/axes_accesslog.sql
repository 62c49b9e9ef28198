-- Sign-ins at doors of one's own side.
ALTER TABLE axes_accesslog ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_side ON axes_accesslog TO carehub_care, carehub_prison
    USING (side = access_side())
    WITH CHECK (side = access_side());
CREATE POLICY accounts ON axes_accesslog TO carehub_accounts
    USING (side = access_side())
    WITH CHECK (side = access_side());
