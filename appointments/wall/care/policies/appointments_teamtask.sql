-- A task is added now and open, by somebody who works at the establishment; done is all that it becomes.
ALTER TABLE appointments_teamtask ENABLE ROW LEVEL SECURITY;

CREATE POLICY care ON appointments_teamtask FOR SELECT TO carehub_care
    USING (true);
CREATE POLICY adds ON appointments_teamtask FOR INSERT TO carehub_care WITH CHECK (
    added_at BETWEEN now() - interval '1 minute' AND clock_timestamp()
    AND done_at IS NULL
    AND added_by_id IN (
        SELECT m.user_id FROM access_membership m WHERE m.establishment_id = appointments_teamtask.establishment_id)
);
CREATE POLICY finishes ON appointments_teamtask FOR UPDATE TO carehub_care
    USING (true)
    WITH CHECK (
        done_by_id IS NULL OR done_by_id IN (
            SELECT m.user_id FROM access_membership m
            WHERE m.establishment_id = appointments_teamtask.establishment_id)
    );
