-- The neutral shadow: care writes it, officers see the published lines of a few days and record what they do.
ALTER TABLE appointments_movement ENABLE ROW LEVEL SECURITY;

CREATE POLICY care ON appointments_movement TO carehub_care
    USING (true)
    WITH CHECK (true);

-- Yesterday to the day after tomorrow in the establishment's time zone; the first line lets an index help.
CREATE POLICY a_few_days ON appointments_movement FOR SELECT TO carehub_prison USING (
    expected_at BETWEEN now() - interval '3 days' AND now() + interval '4 days'
    AND (SELECT (expected_at AT TIME ZONE e.time_zone)::date
                BETWEEN (now() AT TIME ZONE e.time_zone)::date - 1 AND (now() AT TIME ZONE e.time_zone)::date + 2
         FROM access_establishment e WHERE e.id = establishment_id)
);

-- What officers record, on the lines that they see.
CREATE POLICY reported ON appointments_movement FOR UPDATE TO carehub_prison USING (
    expected_at BETWEEN now() - interval '3 days' AND now() + interval '4 days'
    AND (SELECT (expected_at AT TIME ZONE e.time_zone)::date
                BETWEEN (now() AT TIME ZONE e.time_zone)::date - 1 AND (now() AT TIME ZONE e.time_zone)::date + 2
         FROM access_establishment e WHERE e.id = establishment_id)
) WITH CHECK (
    expected_at BETWEEN now() - interval '3 days' AND now() + interval '4 days'
    AND (SELECT (expected_at AT TIME ZONE e.time_zone)::date
                BETWEEN (now() AT TIME ZONE e.time_zone)::date - 1 AND (now() AT TIME ZONE e.time_zone)::date + 2
         FROM access_establishment e WHERE e.id = establishment_id)
);

-- Restrictive: it holds together with every policy that lets the prison login read or change a line, also later ones.
-- A policy may look at columns that the login cannot read. Withdrawn, as far as officers are told: a withdrawal that
-- would come after the call is never shown, and a withdrawn line stays to the end of its day.
CREATE POLICY published ON appointments_movement AS RESTRICTIVE TO carehub_prison USING (
    (visible_from IS NULL OR visible_from <= now())
    AND (NOT (coalesce(withdrawn_from <= LEAST(now(), expected_at), false)
              AND NOT coalesce(restored_from <= now(), false))
         OR (SELECT (expected_at AT TIME ZONE e.time_zone)::date >= (now() AT TIME ZONE e.time_zone)::date
             FROM access_establishment e WHERE e.id = establishment_id))
);
