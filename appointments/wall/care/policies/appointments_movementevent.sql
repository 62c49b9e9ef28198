-- What officers recorded: care reads all of it, officers that of the lines in sight.
ALTER TABLE appointments_movementevent ENABLE ROW LEVEL SECURITY;

CREATE POLICY care ON appointments_movementevent FOR SELECT TO carehub_care
    USING (true);

-- The same days as in appointments_movement.sql.
CREATE POLICY a_few_days ON appointments_movementevent FOR SELECT TO carehub_prison USING (
    expected_at BETWEEN now() - interval '3 days' AND now() + interval '4 days'
    AND (SELECT (expected_at AT TIME ZONE e.time_zone)::date
                BETWEEN (now() AT TIME ZONE e.time_zone)::date - 1 AND (now() AT TIME ZONE e.time_zone)::date + 2
         FROM access_establishment e WHERE e.id = establishment_id)
);

-- Only about a line that the login sees, and in an account of its own side.
CREATE POLICY own_taps ON appointments_movementevent FOR INSERT TO carehub_prison WITH CHECK (
    by_id IN (SELECT u.id FROM access_user u)
    AND EXISTS (SELECT FROM appointments_movement m
                WHERE m.establishment_id = appointments_movementevent.establishment_id
                  AND m.register_number = appointments_movementevent.register_number
                  AND m.expected_at = appointments_movementevent.expected_at)
);
