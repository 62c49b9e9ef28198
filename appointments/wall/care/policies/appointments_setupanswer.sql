-- How far a unit is made ready is said now, by a head of its establishment.
ALTER TABLE appointments_setupanswer ENABLE ROW LEVEL SECURITY;

CREATE POLICY care ON appointments_setupanswer FOR SELECT TO carehub_care
    USING (true);
CREATE POLICY says ON appointments_setupanswer FOR INSERT TO carehub_care WITH CHECK (
    said_at BETWEEN now() - interval '1 minute' AND clock_timestamp()
    AND EXISTS (SELECT FROM access_membership m JOIN appointments_careunit u ON u.establishment_id = m.establishment_id
                WHERE m.user_id = said_by_id AND m.role = 'head' AND u.id = unit_id)
);
CREATE POLICY says_again ON appointments_setupanswer FOR UPDATE TO carehub_care
    USING (true)
    WITH CHECK (
        said_at BETWEEN now() - interval '1 minute' AND clock_timestamp()
        AND EXISTS (SELECT FROM access_membership m JOIN appointments_careunit u ON u.establishment_id = m.establishment_id
                    WHERE m.user_id = said_by_id AND m.role = 'head' AND u.id = unit_id)
    );
