-- Officers freeze and release, now; what was lifted stays lifted.
ALTER TABLE prison_prisonfreeze ENABLE ROW LEVEL SECURITY;

CREATE POLICY officers ON prison_prisonfreeze FOR SELECT TO carehub_prison
    USING (true);
CREATE POLICY starts ON prison_prisonfreeze FOR INSERT TO carehub_prison WITH CHECK (
    lifted_at IS NULL AND frozen_at BETWEEN now() - interval '1 minute' AND clock_timestamp()
);
CREATE POLICY lifts ON prison_prisonfreeze FOR UPDATE TO carehub_prison USING (lifted_at IS NULL) WITH CHECK (
    lifted_at BETWEEN now() - interval '1 minute' AND clock_timestamp()
);
CREATE POLICY courier ON prison_prisonfreeze TO carehub_courier
    USING (true)
    WITH CHECK (true);
