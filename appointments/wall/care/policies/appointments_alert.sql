-- Officers' alerts: the prison sends and reads one word of answer, care reads and receives.
ALTER TABLE appointments_alert ENABLE ROW LEVEL SECURITY;

CREATE POLICY care ON appointments_alert FOR SELECT TO carehub_care
    USING (true);
-- What was received stays received.
CREATE POLICY receives ON appointments_alert FOR UPDATE TO carehub_care
    USING (received_at IS NULL)
    WITH CHECK (received_at IS NOT NULL AND received_by_id IN (SELECT u.id FROM access_user u));

-- Officers read back to yesterday, in the establishment's time zone, as with movements.
CREATE POLICY lately ON appointments_alert FOR SELECT TO carehub_prison USING (
    (SELECT (raised_at AT TIME ZONE e.time_zone)::date >= (now() AT TIME ZONE e.time_zone)::date - 1
     FROM access_establishment e WHERE e.id = establishment_id)
);
CREATE POLICY sends ON appointments_alert FOR INSERT TO carehub_prison WITH CHECK (
    raised_by_id IN (SELECT u.id FROM access_user u) AND received_at IS NULL
    AND raised_at BETWEEN now() - interval '1 minute' AND clock_timestamp()
);
