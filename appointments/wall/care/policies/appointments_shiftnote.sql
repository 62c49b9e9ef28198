-- A note is written now, by somebody who works at the establishment; its words stay as they are. No other door knows of it.
ALTER TABLE appointments_shiftnote ENABLE ROW LEVEL SECURITY;

CREATE POLICY care ON appointments_shiftnote FOR SELECT TO carehub_care
    USING (true);
CREATE POLICY writes ON appointments_shiftnote FOR INSERT TO carehub_care WITH CHECK (
    written_at BETWEEN now() - interval '1 minute' AND clock_timestamp()
    AND withdrawn_at IS NULL
    AND written_by_id IN (
        SELECT m.user_id FROM access_membership m WHERE m.establishment_id = appointments_shiftnote.establishment_id)
);
CREATE POLICY withdraws ON appointments_shiftnote FOR UPDATE TO carehub_care
    USING (withdrawn_at IS NULL)
    WITH CHECK (
        withdrawn_at IS NOT NULL
        AND withdrawn_by_id IN (
            SELECT m.user_id FROM access_membership m
            WHERE m.establishment_id = appointments_shiftnote.establishment_id)
    );
