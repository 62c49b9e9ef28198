-- What the prison printed of the lists, for the days that a line can be seen.
ALTER TABLE appointments_printedsheet ENABLE ROW LEVEL SECURITY;

CREATE POLICY a_few_days ON appointments_printedsheet TO carehub_prison USING (
    (SELECT day BETWEEN (now() AT TIME ZONE e.time_zone)::date - 1 AND (now() AT TIME ZONE e.time_zone)::date + 2
     FROM access_establishment e WHERE e.id = establishment_id)
);
