-- A draft is saved now, for an account that works at the establishment, and goes when it is sent. It is sealed: what care's
-- login reads of another's draft tells nothing.
ALTER TABLE appointments_draft ENABLE ROW LEVEL SECURITY;

CREATE POLICY care ON appointments_draft FOR SELECT TO carehub_care
    USING (true);
CREATE POLICY keeps ON appointments_draft FOR INSERT TO carehub_care WITH CHECK (
    saved_at BETWEEN now() - interval '1 minute' AND clock_timestamp()
    AND owner_id IN (
        SELECT m.user_id FROM access_membership m WHERE m.establishment_id = appointments_draft.establishment_id)
);
CREATE POLICY keeps_again ON appointments_draft FOR UPDATE TO carehub_care
    USING (true)
    WITH CHECK (saved_at BETWEEN now() - interval '1 minute' AND clock_timestamp());
CREATE POLICY goes ON appointments_draft FOR DELETE TO carehub_care
    USING (true);
