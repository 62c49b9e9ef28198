-- What was done with sendings of the tokens that the login sees.
ALTER TABLE access_interfacesending ENABLE ROW LEVEL SECURITY;

CREATE POLICY care ON access_interfacesending TO carehub_care
    USING (token_id IN (SELECT t.id FROM access_interfacetoken t))
    WITH CHECK (token_id IN (SELECT t.id FROM access_interfacetoken t));
