-- Who was named to give the second word: accounts of care, named now and in the name of a head; what ended stays ended.
ALTER TABLE access_custodian ENABLE ROW LEVEL SECURITY;

CREATE POLICY care ON access_custodian FOR SELECT TO carehub_care
    USING (true);
CREATE POLICY names ON access_custodian FOR INSERT TO carehub_care WITH CHECK (
    ended_at IS NULL AND named_at BETWEEN now() - interval '1 minute' AND clock_timestamp()
    AND EXISTS (SELECT FROM access_membership m WHERE m.user_id = access_custodian.user_id
                AND m.establishment_id = access_custodian.establishment_id)
    AND EXISTS (SELECT FROM access_membership m WHERE m.user_id = named_by_id AND m.role = 'head'
                AND m.establishment_id = access_custodian.establishment_id)
);
CREATE POLICY ends ON access_custodian FOR UPDATE TO carehub_care
    USING (ended_at IS NULL)
    WITH CHECK (ended_at IS NOT NULL);
