-- That an appointment stays is said now, by an account that works at the establishment, and never rewritten.
ALTER TABLE appointments_keptappointment ENABLE ROW LEVEL SECURITY;

CREATE POLICY care ON appointments_keptappointment FOR SELECT TO carehub_care
    USING (true);
CREATE POLICY keeps ON appointments_keptappointment FOR INSERT TO carehub_care WITH CHECK (
    kept_at BETWEEN now() - interval '1 minute' AND clock_timestamp()
    AND kept_by_id IN (
        SELECT m.user_id FROM access_membership m
        WHERE m.establishment_id = appointments_keptappointment.establishment_id)
);
CREATE POLICY goes ON appointments_keptappointment FOR DELETE TO carehub_care
    USING (true);
