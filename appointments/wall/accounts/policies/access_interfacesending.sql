-- What was done with sendings of the tokens that the login sees.
ALTER TABLE access_interfacesending ENABLE ROW LEVEL SECURITY;

CREATE POLICY care ON access_interfacesending TO carehub_care
    USING (EXISTS (SELECT FROM access_interfacetoken t WHERE t.id = token_id))
    WITH CHECK (EXISTS (SELECT FROM access_interfacetoken t WHERE t.id = token_id));
