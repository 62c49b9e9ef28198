-- Frozen movements name no detained person; officers read back a week all the same, and no more.
ALTER TABLE appointments_freeze ENABLE ROW LEVEL SECURITY;

CREATE POLICY care ON appointments_freeze FOR SELECT TO carehub_care
    USING (true);
CREATE POLICY lately ON appointments_freeze FOR SELECT TO carehub_prison
    USING (lifted_at IS NULL OR lifted_at > now() - interval '7 days');
CREATE POLICY starts ON appointments_freeze FOR INSERT TO carehub_prison WITH CHECK (
    frozen_by_id IN (SELECT u.id FROM access_user u) AND lifted_at IS NULL
    AND frozen_at BETWEEN now() - interval '1 minute' AND clock_timestamp()
);
-- What was lifted stays lifted.
CREATE POLICY lifts ON appointments_freeze FOR UPDATE TO carehub_prison USING (lifted_at IS NULL) WITH CHECK (
    lifted_by_id IN (SELECT u.id FROM access_user u)
    AND lifted_at BETWEEN now() - interval '1 minute' AND clock_timestamp()
);
